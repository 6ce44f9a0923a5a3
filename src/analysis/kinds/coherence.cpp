#include <array>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/results.hpp"
#include "welch_options.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::array options_of_coherence{
    OptionInfo{"segment", OptionType::number, "s", "required", "> 0", "length"},
    OptionInfo{"range", OptionType::band, "Hz", "required", "",
               "frequencies whose bins the coherence is averaged over, both included"},
    welch_overlap,
    welch_window,
    welch_parameter,
    welch_symmetric,
    welch_detrend,
    welch_transform};

constexpr std::array returns_of_coherence{
    ReturnInfo{"coherence", "region, other_region", "1",
               "|P_xy|^2 / (P_xx P_yy), 1 on the diagonal; NaN for pairs that do not count"}};

Result compute_coherence(const Input& input, const Options& options) {
  Result result;
  const Index segment = samples_of(options.number("segment"), input.rate, "segment", result.notes);
  const PsdOptions welch = welch_options(input, options, segment, result.notes);
  const Band range = options.band("range");
  const Matrix matrix = coherence(input.series, input.rate, welch, range.low, range.high);
  note_constant(input, result);
  result.axes = {region_axis(input), other_region_axis(input)};
  result.arrays = {table("coherence", "1", {"region", "other_region"}, masked(matrix, input.mask))};
  return result;
}

}  // namespace

extern constinit const Feature feature_coherence{
    .name = "coherence",
    .meaning =
        "Magnitude-squared coherence of two regions in a range of frequencies, by Welch's method",
    .citation =
        "G. C. Carter, Proc. IEEE 75, 236 (1987), doi:10.1109/PROC.1987.13723; computed as "
        "scipy.signal.coherence",
    .options = options_of_coherence,
    .returns = returns_of_coherence,
    .of_pairs = true,
    .compute = compute_coherence};

}  // namespace arcuate::analysis
