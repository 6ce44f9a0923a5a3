#pragma once

#include <span>
#include <string_view>

namespace arcuate::service {

/// A file of the page. "index.html" is the page; each other one is asked for as assets/NAME.
struct PagePart {
  std::string_view name;
  std::string_view type;  ///< Content-Type
  std::string_view text;
};
std::span<const PagePart> page_parts();

}  // namespace arcuate::service
