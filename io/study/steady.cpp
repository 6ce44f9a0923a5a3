#include <fmt/format.h>

#include "parts.hpp"

namespace arcuate::io {
namespace {

void read_continue(const Reading& reading, const yaml::Node* node, yaml::Node& normal,
                   equilibrium::ContinueOptions& options) {
  Section section(reading.document, node, "steady.continue", "steady.continue",
                  normal.set("continue", {}));
  options.path = section.text("path");
  options.from = section.number("from");
  options.to = section.number("to");
  options.points = static_cast<int>(section.integer("points"));
  if (options.from == options.to)
    section.fail("to", fmt::format("{} is where it begins: nothing is followed", options.to));
}

}  // namespace

void read_steady(const Reading& reading, Section& top) {
  const yaml::Node* node = top.map_of("steady");
  yaml::Node normal;
  Section section(reading.document, node, "steady", "steady", normal);
  equilibrium::SteadyOptions& options = reading.study.steady;
  options.starts = static_cast<int>(section.integer("starts"));
  options.roots = static_cast<int>(section.integer("roots"));
  if (section.find("landscape") != nullptr)
    section.fail("landscape", "is of networks of spiking neurons (`spiking`)");
  if (const yaml::Node* follow = section.map_of("continue"))
    read_continue(reading, follow, normal, options.follow);
  if (node != nullptr) top.normal().set("steady", std::move(normal));
}

}  // namespace arcuate::io
