#pragma once

#include <map>
#include <string_view>

#include "arcuate/model/entry.hpp"
#include "arcuate/model/table.hpp"

/// Tables for models that look one up.
namespace arcuate::test {

/// The whole table on a coarse grid, computed once; without columns for other models.
inline const model::LookupTable& coarse_table(const model::ModelInfo& info) {
  static std::map<std::string_view, model::LookupTable> tables;
  const auto [at, fresh] = tables.try_emplace(info.name);
  if (fresh && info.table.make != nullptr) {
    model::TableAxisInfo x = info.table.x, y = info.table.y;
    x.points = 30;
    y.points = 8;
    at->second = info.table.make(x, y);
  }
  return at->second;
}

}  // namespace arcuate::test
