#include "arcuate/io/recorded_study.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "arcuate/core/counted.hpp"
#include "report_source.hpp"

namespace arcuate::io {

bool is_hdf5(const std::string& path) {
  constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";
  std::array<char, signature.size()> begin{};
  std::error_code none;
  if (!std::filesystem::is_regular_file(path, none)) return false;  // a pipe would wait for ever
  std::ifstream file(path, std::ios::binary);
  file.read(begin.data(), begin.size());
  return file && std::string_view(begin.data(), begin.size()) == signature;
}

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
  for (const Fact& fact : run.provenance) {
    const std::string& name = fact.name;
    line(name == "Recorded" ? "recorded" : name == "Seed" ? "seed" : name, fact.value);
  }
  return text;
}

}  // namespace arcuate::io
