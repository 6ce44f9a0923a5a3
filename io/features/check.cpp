#include "arcuate/io/features.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "arcuate/analysis/plugin.hpp"
#include "arcuate/analysis/stream.hpp"
#include "source.hpp"

namespace arcuate::io {
namespace {

using analysis::Index;
using analysis::Input;

/// A feature of a few signals that are as long as those to come: what its options cannot mean
/// shows before hours of computing.
void try_out(const network::Connectome& connectome, const FeatureRequest& request,
             const Source& source) {
  Input input = frame_of(connectome, request, source);
  const Index regions = std::min<Index>(3, std::ssize(input.labels));
  analysis::Matrix signals(static_cast<Index>(source.count), regions);
  for (Index i = 0; i < regions; ++i) {
    for (Index n = 0; n < signals.rows(); ++n) {
      const auto t = static_cast<double>(n);
      signals(n, i) = std::sin(0.7 * t + static_cast<double>(i)) +
                      std::sin(0.0019 * t * t * static_cast<double>(i + 1));
    }
  }
  input.mask = {};
  if (input.distance.size() > 0) input.distance = analysis::Matrix::Ones(regions, regions);
  input.series = analysis::prepare(std::move(signals), input.rate, request.options);
  if (request.feature->check != nullptr) {
    request.feature->check(input, request.options);
  } else {
    input.labels.resize(static_cast<std::size_t>(regions));
    analysis::require_sound(*request.feature, request.feature->compute(input, request.options));
  }
}

}  // namespace

void check_features(const std::vector<FeatureRequest>& requests,
                    const std::vector<RecordedSeries>& series,
                    const network::Connectome& connectome) {
  for (const FeatureRequest& request : requests)
    at_place(request, [&] { try_out(connectome, request, source_of(series, request)); });
}

std::vector<FeatureMemory> memory_of(const std::vector<FeatureRequest>& requests,
                                     const std::vector<RecordedSeries>& series,
                                     const network::Connectome& connectome) {
  std::vector<FeatureMemory> all;
  for (const FeatureRequest& request : requests) {
    const Source source = at_place(request, [&] { return source_of(series, request); });
    const Input frame = at_place(request, [&] { return frame_of(connectome, request, source); });
    FeatureMemory one{request.name, source.series.name, source.variable};
    one.streamed = analysis::accumulator_of(*request.feature, frame, request.options) != nullptr;
    one.bytes = analysis::expected_bytes(*request.feature, frame, request.options);
    one.columns = source.series.labels.size();
    if (!one.streamed) std::tie(one.first, one.samples) = std::pair(source.first, source.count);
    all.push_back(std::move(one));
  }
  return all;
}

double total_bytes(const std::vector<FeatureMemory>& features) {
  struct Span {
    std::size_t first, behind, columns;
  };
  std::map<std::pair<std::string, std::size_t>, Span> kept;
  double streamed = 0.0, computing = 0.0;
  for (const FeatureMemory& one : features) {
    if (one.streamed) {
      streamed += one.bytes;
      continue;
    }
    computing = std::max(computing, one.bytes);
    const Span span{one.first, one.first + one.samples, one.columns};
    const auto [place, is_new] = kept.try_emplace({one.monitor, one.variable}, span);
    if (is_new) continue;
    place->second.first = std::min(place->second.first, span.first);
    place->second.behind = std::max(place->second.behind, span.behind);
  }
  double samples = 0.0;
  for (const auto& [signal, span] : kept)
    samples += static_cast<double>((span.behind - span.first) * span.columns);
  return streamed + computing + 8.0 * samples;
}

}  // namespace arcuate::io
