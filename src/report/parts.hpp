#pragma once

#include <string>
#include <string_view>

/// The constant parts of a report's page, inlined into it.
namespace arcuate::report {

extern const std::string_view report_style;    ///< page/*.css
extern const std::string_view report_script;   ///< page/*.js: draws the page from its data
extern const std::string_view compare_script;  ///< the same for what is beside a target
extern const std::string_view steady_script;   ///< the same of steady states
extern const std::string_view results_script;  ///< the same of a sweep or a fit

/// Text for HTML: & < > " ' escaped, bytes that are not UTF-8 replaced by U+FFFD.
std::string escape_html(std::string_view text);

/// YAML as HTML with spans for keys, texts, numbers and comments.
std::string highlight_yaml(std::string_view yaml);

}  // namespace arcuate::report
