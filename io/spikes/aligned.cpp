#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "arcuate/analysis/transitions.hpp"
#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/recorded_study.hpp"
#include "arcuate/io/spikes.hpp"
#include "results.hpp"

namespace arcuate::io {
namespace {

void write_aligned(const hdf5::Object& file, const analysis::AlignedTransitions& aligned,
                   const std::vector<double>& differences,
                   const std::vector<std::string>& recordings,
                   const std::vector<std::string>& states) {
  const hdf5::Object group = file.create_group("aligned");
  const hdf5::Object recording = group.write_texts("recording", recordings);
  const hdf5::Object state = group.write_texts("state", states);
  const hdf5::Object next = group.write_texts("next_state", states);
  const hdf5::Object other = group.write_texts("other_recording", recordings);
  recording.make_scale("recording");
  state.make_scale("state");
  next.make_scale("next_state");
  other.make_scale("other_recording");
  std::vector<double> all;
  for (const std::vector<double>& one : aligned.matrices)
    all.insert(all.end(), one.begin(), one.end());
  const hsize_t n = states.size(), lists = recordings.size();
  const hdf5::Object matrix = group.write<double>("transition_matrix", all, {lists, n, n});
  matrix.set("long_name", std::string("probability of the next state; 0 where a state is not"));
  const hdf5::Object difference = group.write<double>("difference", differences, {lists, lists});
  difference.set("long_name", std::string("2 |T - T'| / (|T| + |T'|), Frobenius norms"));
  hdf5::attach_scales(
      {{&matrix, {&recording, &state, &next}}, {&difference, {&recording, &other}}});
}

}  // namespace

std::string align_recordings(const std::vector<std::string>& recordings, const std::string& output,
                             bool overwrite) {
  std::vector<analysis::Attractors> lists;
  std::vector<std::string> populations, inputs;
  std::string sources;
  for (const std::string& one : recordings) {
    std::vector<std::string> names = populations_in(one).names;
    if (populations.empty()) populations = names;
    if (names != populations)
      throw DataError(fmt::format("{} and {}: have other populations; states are compared by them",
                                  recordings.front(), one));
    lists.push_back(read_spike_results(one).attractors);
    for (const std::vector<int>& state : lists.back().states) {
      if (!state.empty() && static_cast<std::size_t>(state.back()) >= names.size())
        throw DataError(one + ": /spike_trains: a state has a cluster that is not there");
    }
    inputs.push_back(one);
    sources += (sources.empty() ? "" : "\n") + std::filesystem::absolute(one).string();
  }
  const analysis::AlignedTransitions aligned = analysis::align_transitions(lists);
  std::vector<std::string> states;
  for (const std::vector<int>& state : aligned.states)
    states.push_back(name_of_state(state, populations));
  std::string text = fmt::format("{} in all\n", counted(std::ssize(states), "state"));
  std::vector<double> differences;
  for (const std::vector<double>& one : aligned.matrices) {
    for (const std::vector<double>& another : aligned.matrices)
      differences.push_back(analysis::relative_difference(one, another));
  }
  for (std::size_t k = 0; k < recordings.size(); ++k)
    text +=
        fmt::format("{}: {} of them, its transitions differ by {:.4g} from those of {}\n",
                    recordings[k], std::ssize(lists[k].states), differences[k], recordings.front());
  Output claimed(output, {OutputKind::features, overwrite, std::move(inputs)});
  {
    const hdf5::Object file = hdf5::create_file(claimed.temporary());
    file.set("format", std::string("arcuate features 1"));
    file.set("recording", sources);
    static_cast<void>(file.create_group("features"));
    write_aligned(file, aligned, differences, recordings, states);
    file.flush();
  }
  claimed.publish();
  return text;
}

}  // namespace arcuate::io
