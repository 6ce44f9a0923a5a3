#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "arcuate/io/convert_lif.hpp"
#include "file/yaml.hpp"

namespace arcuate::io {

/// A configuration of the original program, read by paths such as architecture.network.threshold.
class LifConfiguration {
 public:
  explicit LifConfiguration(const std::string& path);

  /// nullptr when it is not there or null.
  [[nodiscard]] const yaml::Node* find(std::string_view path) const;
  [[nodiscard]] const yaml::Node& need(std::string_view path) const;
  [[nodiscard]] double number(std::string_view path) const;
  [[nodiscard]] std::vector<double> numbers(std::string_view path) const;
  [[nodiscard]] std::vector<double> numbers_of(const yaml::Node& node, std::string_view path) const;
  [[nodiscard]] bool flag(std::string_view path, bool fallback) const;
  [[nodiscard]] std::string text(std::string_view path, const std::string& fallback) const;
  [[noreturn]] void fail(std::string_view path, const std::string& message) const;

  void note(std::string_view path, const std::string& message);
  /// Notes keys that the original does not know.
  void note_unknown();
  [[nodiscard]] std::vector<std::string>& notes() { return notes_; }
  /// "FILE:LINE: KEY: " of the value, or of the section that lacks it.
  [[nodiscard]] std::string place(std::string_view path) const;

 private:
  void note_unknown_in(const yaml::Node& map, const std::string& path);

  yaml::Document document_;
  std::vector<std::string> notes_;
};

/// A study, and where in the configuration each of its keys comes from.
struct LifStudy {
  yaml::Node root = yaml::map();
  yaml::Node spiking = yaml::map();
  std::map<std::string, std::string, std::less<>> from;

  /// A key of `spiking`.
  void set(const std::string& key, yaml::Node value, const std::string& original) {
    spiking.set(key, std::move(value));
    from["spiking." + key] = original;
  }
};

yaml::Node numbers_node(const std::vector<double>& values);

/// The section `perturbation`.
void convert_perturbations(LifConfiguration& configuration, LifStudy& study);

}  // namespace arcuate::io
