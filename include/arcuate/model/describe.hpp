#pragma once

#include <string>

#include "arcuate/model/entry.hpp"

/// A model's descriptor as text: what `arcuate models` prints and what docs/models holds.
namespace arcuate::model {

/// The models by category, one line each.
std::string index();
/// The page of a model for a terminal: equations, tables, citation, notes.
std::string describe(const Entry& entry);

/// The index in Markdown, with links to the pages (docs/models/README.md).
std::string markdown_index();
/// The page of a model in Markdown (docs/models/NAME.md).
std::string markdown(const Entry& entry);

/// All models, an array of objects with the fields of ModelInfo. A missing bound is null.
std::string json();
/// One model, an object.
std::string json(const Entry& entry);

}  // namespace arcuate::model
