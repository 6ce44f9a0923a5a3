#include "page_parts.hpp"

#include <array>

namespace arcuate::service {

extern const std::string_view page_index;

std::span<const PagePart> page_parts() {
  static const std::array parts{PagePart{"index.html", "text/html; charset=utf-8", page_index}};
  return parts;
}

}  // namespace arcuate::service
