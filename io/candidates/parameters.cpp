#include "parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "arcuate/core/error.hpp"

namespace arcuate::io {
namespace {

std::string list_text(const std::vector<double>& values) {
  std::string text = "[";
  for (const double value : values)
    text.append(text.size() > 1 ? ", " : "").append(number_text(value));
  return text + "]";
}

double evaluated(const expression::Program& program, const std::vector<double>& operands) {
  constexpr auto lanes = static_cast<std::size_t>(expression::lanes);
  std::vector<std::array<double, lanes>> rows(operands.size());
  std::vector<expression::Operand> given;
  for (std::size_t k = 0; k < operands.size(); ++k) {
    rows[k].fill(operands[k]);
    given.push_back({rows[k].data(), 0});
  }
  std::vector<double> scratch(expression::scratch_size(program, 1));
  std::array<double, lanes> out{};
  expression::evaluate(program, given, 1, scratch.data(), out.data());
  return out[0];
}

}  // namespace

ParameterValue ParameterValue::of(double number) {
  return {number_text(number), number, {}};
}

ParameterValue ParameterValue::of(std::vector<double> list) {
  ParameterValue value;
  value.text = list_text(list);
  value.list = std::move(list);
  return value;
}

std::size_t FitParameter::variables() const {
  return static_cast<std::size_t>(std::count_if(
      parts.begin(), parts.end(), [](const Searched& part) { return part.value.has_value(); }));
}

FitParameters::FitParameters(std::vector<FitParameter> all,
                             const std::vector<std::string>& conditions)
    : all_(std::move(all)), conditions_(conditions) {
  std::vector<optimise::Variable> variables;
  for (FitParameter& parameter : all_) {
    const std::size_t first = variables.size();
    for (std::size_t c = 0; c < conditions.size(); ++c) {
      parameter.first.push_back(parameter.own ? variables.size() : first);
      if (c > 0 && !parameter.own) continue;
      for (const Searched& part : parameter.parts) {
        if (!part.value) continue;
        optimise::Variable variable = part.value->variable;
        if (parameter.own) variable.name.append("@").append(conditions[c]);
        variables.push_back(std::move(variable));
      }
    }
  }
  order_derived();
  space_.emplace(std::move(variables));
}

/// In every pass those whose operands are known; a pass that finds none has met a circle.
void FitParameters::order_derived() {
  std::vector<bool> known;
  for (const FitParameter& parameter : all_)
    known.push_back(!parameter.derived());
  for (bool more = true; more;) {
    more = false;
    for (std::size_t k = 0; k < all_.size(); ++k) {
      const auto& from = all_[k].from;
      if (known[k] ||
          !std::all_of(from.begin(), from.end(), [&](std::size_t other) { return known[other]; }))
        continue;
      known[k] = more = true;
      derived_.push_back(k);
    }
  }
  const auto unknown = std::find(known.begin(), known.end(), false);
  if (unknown == known.end()) return;
  all_[static_cast<std::size_t>(unknown - known.begin())].entry.fail(
      "follows from itself, through what it is derived from");
}

ParameterValue FitParameters::direct(const FitParameter& parameter, const optimise::Vector& values,
                                     std::size_t condition) const {
  if (parameter.form == FitParameter::Form::fixed) {
    ParameterValue value{parameter.text};
    value.number = parameter.number;
    return value;
  }
  std::size_t at = parameter.first[condition];
  std::vector<double> numbers;
  for (const Searched& part : parameter.parts)
    numbers.push_back(part.value ? values[static_cast<optimise::Index>(at++)] : part.fixed);
  if (parameter.form == FitParameter::Form::searched) {
    const SearchedValue& value = *parameter.parts.front().value;
    if (!value.choices.empty()) return {value.text(numbers.front())};
    return ParameterValue::of(numbers.front());
  }
  std::vector<double> list;
  if (parameter.form == FitParameter::Form::groups) {
    for (const int group : parameter.group)
      list.push_back(group < 0 ? parameter.others : numbers[static_cast<std::size_t>(group)]);
    return ParameterValue::of(std::move(list));
  }
  for (std::size_t region = 0; region < parameter.maps.front().size(); ++region) {
    double sum = 1.0;
    for (std::size_t k = 0; k < parameter.maps.size(); ++k)
      sum += numbers[k + 1] * parameter.maps[k][region];
    list.push_back(numbers.front() * sum);
  }
  return ParameterValue::of(std::move(list));
}

/// Of others' values; region by region where one of them is by region.
ParameterValue FitParameters::expressed(const FitParameter& parameter,
                                        const std::vector<ParameterValue>& all) const {
  const bool whole = parameter.entry.info.type == KeyType::integer;
  std::size_t regions = 0;
  std::size_t widest = 0;
  for (const std::size_t other : parameter.from) {
    const std::size_t own = all[other].list.size();
    if (own == 0) continue;
    if (regions > 0 && own != regions)
      parameter.entry.fail(fmt::format("expression: `{}` has {} values by region, `{}` has {}",
                                       all_[widest].entry.path, regions, all_[other].entry.path,
                                       own));
    regions = own;
    widest = other;
  }
  std::vector<double> values;
  for (std::size_t region = 0; region < std::max<std::size_t>(1, regions); ++region) {
    std::vector<double> operands;
    for (const std::size_t other : parameter.from)
      operands.push_back(all[other].list.empty() ? all[other].number : all[other].list[region]);
    const double value = evaluated(parameter.program, operands);
    values.push_back(whole ? std::round(value) : value);
  }
  return regions > 0 ? ParameterValue::of(std::move(values)) : ParameterValue::of(values.front());
}

std::vector<ParameterValue> FitParameters::values(const optimise::Vector& values,
                                                  std::size_t condition) const {
  std::vector<ParameterValue> result(all_.size());
  for (std::size_t k = 0; k < all_.size(); ++k) {
    if (!all_[k].derived()) result[k] = direct(all_[k], values, condition);
  }
  for (const std::size_t k : derived_) {
    const FitParameter& parameter = all_[k];
    const bool whole = parameter.entry.info.type == KeyType::integer;
    const auto rounded = [whole](double x) { return whole ? std::round(x) : x; };
    const ParameterValue& from = result[parameter.from.front()];
    if (parameter.form == FitParameter::Form::expression) {
      result[k] = expressed(parameter, result);
    } else if (parameter.factor == 1.0) {
      result[k] = from;
    } else if (from.list.empty()) {
      result[k] = ParameterValue::of(rounded(parameter.factor * from.number));
    } else {
      std::vector<double> list = from.list;
      for (double& value : list)
        value *= parameter.factor;
      result[k] = ParameterValue::of(std::move(list));
    }
  }
  return result;
}

std::vector<PenaltyValue> FitParameters::penalties(const optimise::Vector& values) const {
  std::vector<PenaltyValue> penalties;
  for (const FitParameter& parameter : all_) {
    const std::size_t copies = parameter.own ? conditions_.size() : 1;
    for (std::size_t c = 0; c < copies; ++c) {
      std::size_t at = parameter.first[c];
      for (const Searched& part : parameter.parts) {
        if (!part.value) continue;
        const std::size_t k = at++;
        if (!part.prior) continue;
        const double value = values[static_cast<optimise::Index>(k)];
        penalties.push_back(
            {space_->variables()[k].name, part.prior->value(value), part.prior->weight});
      }
    }
  }
  return penalties;
}

}  // namespace arcuate::io
