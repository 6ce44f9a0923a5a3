#include "arcuate/io/recorded_study.hpp"

#include <fmt/format.h>

#include <cctype>
#include <iterator>

#include "arcuate/core/counted.hpp"
#include "arcuate/io/recorded_run.hpp"

namespace arcuate::io {

std::string study_of_recording(const std::string& path) {
  return RecordedRun(path).study;
}

std::string describe_recording(const std::string& path) {
  const RecordedRun run(path);
  std::string text;
  const auto line = [&](std::string_view name, const std::string& value) {
    fmt::format_to(std::back_inserter(text), "{:<12}{}\n", name, value);
  };
  line("study", run.title.empty() ? path : run.title + " (" + path + ")");
  line("connectome", fmt::format("{}: {}, {}", run.connectome.origin,
                                 counted(run.connectome.n_regions(), "region"),
                                 counted(run.connectome.n_edges(), "edge")));
  line("model", run.model);
  line("duration", fmt::format("{:.12g} s, dt {:.12g} ms", run.duration, run.dt));
  for (const RecordedSeries& series : run.series) {
    std::string names;
    for (const std::string& variable : series.variables)
      names += (names.empty() ? "" : ", ") + variable;
    line("monitor", fmt::format("{} ({}): {} every {:.12g} ms x {} x {}", series.name, names,
                                counted(series.samples, "sample"), 1000.0 * series.period,
                                counted(series.variables.size(), "variable"),
                                counted(series.labels.size(), "column")));
  }
  for (const std::string& name : run.features)
    line("feature", name);
  for (const Fact& fact : run.provenance) {
    const std::string& name = fact.name;
    const bool ours = name == "Recorded" || name == "Seed" || name == "Precision";
    line(ours ? static_cast<char>(std::tolower(name.front())) + name.substr(1) : name, fact.value);
  }
  return text;
}

}  // namespace arcuate::io
