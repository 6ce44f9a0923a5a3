#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace arcuate::report {

/// A page that is complete in itself: style, body (HTML), data and the script that draws them.
std::string whole_page(const std::string& title, const std::string& body,
                       const nlohmann::ordered_json& data, std::string_view script);

}  // namespace arcuate::report
