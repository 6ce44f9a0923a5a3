#include "page.hpp"

#include "parts.hpp"

namespace arcuate::report {
namespace {

/// JSON that cannot end its script element.
std::string embedded(const nlohmann::ordered_json& json) {
  std::string text = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at)) {
    text.replace(at, 1, "\\u003c");
  }
  return text;
}

}  // namespace

std::string whole_page(const std::string& title, const std::string& body,
                       const nlohmann::ordered_json& data, std::string_view script) {
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\"><title>";
  page += escape_html(title);
  page += "</title><style>";
  page += report_style;
  page += "</style></head>\n<body><main>\n";
  page += body;
  page +=
      "<footer>Written by Arcuate. This page is complete in itself and loads "
      "nothing.</footer>\n</main>"
      "<div id=\"tip\" role=\"status\"></div>\n<script type=\"application/json\" id=\"data\">";
  page += embedded(data);
  page += "</script>\n<script>";
  page += script;
  page += "</script></body></html>\n";
  return page;
}

}  // namespace arcuate::report
