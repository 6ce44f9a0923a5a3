#pragma once

#include <array>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/spectrum.hpp"

/// Welch's method as an option of features.
namespace arcuate::analysis {

constexpr OptionInfo welch_overlap{"overlap", OptionType::number,
                                   "s",       "",
                                   ">= 0",    "of segments; none: half a segment, rounded down"};
constexpr OptionInfo welch_window{
    "window",
    OptionType::word,
    "",
    "hann",
    "boxcar, hann, hamming, blackman, blackmanharris, nuttall, flattop, bartlett, barthann, "
    "triang, "
    "parzen, bohman, cosine, lanczos, tukey, kaiser, gaussian, exponential",
    "what segments are multiplied by, as scipy.signal.get_window names it"};
constexpr OptionInfo welch_parameter{
    "window_parameter",
    OptionType::number,
    "",
    "",
    "",
    "share of tukey, beta of kaiser, deviation [samples] of gaussian, decay [samples] of "
    "exponential"};
constexpr OptionInfo welch_symmetric{
    "symmetric", OptionType::flag,
    "",          "false",
    "",          "the window ends as it begins; else it is periodic, as in SciPy"};
constexpr OptionInfo welch_detrend{
    "detrend",  OptionType::word,         "",
    "constant", "constant, linear, none", "what is taken off every segment"};
constexpr OptionInfo welch_transform{
    "transform", OptionType::whole, "",
    "",          "2 to 16777216",   "[samples] that a segment is filled up to with zeros"};

/// Notes that a range of frequencies, under the name of its option, goes on behind the spectrum.
void note_cut(std::string_view name, Band range, double rate, std::vector<std::string>& notes);

/// Segment [s] and what else was given; the overlap is half the segment where none was.
PsdOptions welch_options(const Input& input, const Options& options, Index segment,
                         std::vector<std::string>& notes);

}  // namespace arcuate::analysis
