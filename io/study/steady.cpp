#include "parts.hpp"

namespace arcuate::io {

void read_steady(const Reading& reading, Section& top) {
  const yaml::Node* node = top.map_of("steady");
  yaml::Node normal;
  Section section(reading.document, node, "steady", "steady", normal);
  equilibrium::SteadyOptions& options = reading.study.steady;
  options.starts = static_cast<int>(section.integer("starts"));
  options.roots = static_cast<int>(section.integer("roots"));
  if (node != nullptr) top.normal().set("steady", std::move(normal));
}

}  // namespace arcuate::io
