#include "arcuate/picture/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "plane.hpp"
#include "run.hpp"
#include "svg.hpp"

namespace arcuate::picture {
namespace {

using svg::Anchor;
using svg::Box;
using svg::Drawing;
using svg::Point;

constexpr double page_width = 720.0, left = 118.0, right = 16.0;
constexpr std::size_t most_bytes = 29'000;
constexpr std::string_view style =
    "text{font:12px sans-serif;fill:#17212b}.h{font-weight:bold}.s{font-size:10px;fill:#566372}"
    "path{fill:none;stroke-linejoin:round}.f{fill:#fafbfc;stroke:#cbd3db}"
    ".t{stroke:#1d5b8a;stroke-width:14}.o{stroke:#9db8cf;stroke-width:10}.g{stroke:#e2e7ec;stroke-"
    "width:10}"
    ".a{stroke:#c4572e;stroke-width:14}.b{stroke:#2f7d55;stroke-width:14}"
    ".p{fill:#17212b;stroke:#17212b}.q{fill:#fff;stroke:#17212b}";

std::string_view unit_text(std::string_view unit) {
  return unit == "1" ? std::string_view() : unit;
}

/// Every value of a signal, and where it may lie.
struct Signal {
  std::string name, second_line;
  std::vector<double> values;
  double window = 0.0;
  std::string_view time_unit;
};

Axis axis_of(const std::vector<double>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double margin = std::max(0.06 * (*high - *low), 1e-9 * (1.0 + std::abs(*high)));
  return {*low - margin, *high + margin};
}

double share(const Axis& axis, double value) {
  return (value - axis.low) / (axis.high - axis.low);
}

/// Smallest and largest value of each pixel, in the order in which they come, then fewer points.
std::vector<Point> thinned(const std::vector<double>& values, const Box& box, const Axis& axis,
                           double tolerance) {
  const auto pixels = static_cast<std::size_t>(box.width);
  std::vector<Point> points;
  const std::size_t n = values.size();
  const auto add = [&](std::size_t k) {
    points.push_back({box.x + box.width * static_cast<double>(k) / static_cast<double>(n - 1),
                      box.y + box.height * (1.0 - share(axis, values[k]))});
  };
  for (std::size_t b = 0; b < pixels; ++b) {
    const auto first = static_cast<std::ptrdiff_t>(b * n / pixels);
    const auto last = static_cast<std::ptrdiff_t>((b + 1) * n / pixels);
    if (first == last) continue;
    const auto [low, high] = std::minmax_element(values.begin() + first, values.begin() + last);
    const auto one = static_cast<std::size_t>(std::min(low, high) - values.begin());
    const auto two = static_cast<std::size_t>(std::max(low, high) - values.begin());
    add(one);
    if (two != one) add(two);
  }
  add(n - 1);
  return svg::simplified(points, tolerance);
}

/// 1, 2 or 5 times a power of ten, at least a `parts`-th of `span`.
double tick_step(double span, double parts) {
  const double power = std::pow(10.0, std::floor(std::log10(span / parts)));
  for (const double m : {1.0, 2.0, 5.0}) {
    if (m * power >= span / parts) return m * power;
  }
  return 10.0 * power;
}

void draw_time_axis(Drawing& drawing, const Box& box, const Signal& signal, bool numbered) {
  const double step = tick_step(signal.window, 6.0);
  for (int k = 0; k * step <= signal.window; ++k) {
    const double x = box.x + box.width * k * step / signal.window;
    drawing.line({x, box.y}, {x, box.y + box.height}, "g");
    if (!numbered) continue;
    const bool last = (k + 1) * step > signal.window;
    const std::string unit = last ? fmt::format(" {}", signal.time_unit) : "";
    drawing.text({x, box.y + box.height + 13.0}, fmt::format("{:.6g}{}", k * step, unit), "s",
                 Anchor::middle);
  }
}

void draw_signal(Drawing& drawing, const Box& box, const Signal& signal, bool numbered,
                 double tolerance) {
  const Axis axis = axis_of(signal.values);
  drawing.rectangle(box, "f");
  draw_time_axis(drawing, box, signal, numbered);
  const double middle = box.y + 0.5 * box.height;
  drawing.text({8.0, middle + (signal.second_line.empty() ? 4.0 : -2.0)}, signal.name, "h");
  if (!signal.second_line.empty()) drawing.text({8.0, middle + 11.0}, signal.second_line, "s");
  const auto [low, high] = std::minmax_element(signal.values.begin(), signal.values.end());
  drawing.text({box.x - 5.0, box.y + 9.0}, fmt::format("{:.3g}", *high), "s", Anchor::end);
  if (*high > *low)
    drawing.text({box.x - 5.0, box.y + box.height - 1.0}, fmt::format("{:.3g}", *low), "s",
                 Anchor::end);
  drawing.curve(thinned(signal.values, box, axis, tolerance), "t");
}

/// A model with some parameters: where it starts, how long, its path.
struct Regime {
  std::string name;
  Region region;
  View view;
  Samples path;

  /// shortest: of what is shown, in the model's unit of time.
  Regime(const model::Entry& entry, const model::PresetInfo* preset, double shortest)
      : name(preset == nullptr ? "default parameters" : std::string(preset->name)),
        region(entry, entry.parameter_values(preset),
               preset == nullptr ? entry.info.picture : preset->picture),
        view(choose_view(region)) {
    constexpr long samples = 40'000;
    const double asked = region.drive().duration;
    view.window = asked > 0.0 ? asked : std::max(view.window, shortest);
    const long steps =
        std::max(1L, std::lround(std::ceil(view.window / view.dt / static_cast<double>(samples))));
    const long wanted = std::lround(view.window / view.dt / static_cast<double>(steps));
    path = region.run_in_noise(view.from, view.dt, std::max(2L, wanted) + 1, steps);
  }

  [[nodiscard]] Signal signal(int observable) const {
    const model::ModelInfo& info = region.entry().info;
    Signal out;
    for (std::size_t k = 0; k < path.size(); ++k)
      out.values.push_back(region.observe(observable, path.values.data() + k * path.n_states));
    out.window = path.period * static_cast<double>(path.size() - 1);
    out.time_unit = info.time_unit_name;
    out.name = region.entry().observable_name(observable);
    out.second_line = unit_text(region.entry().observable_unit(observable));
    return out;
  }
};

/// "no input", or which.
std::string drive_of(const Regime& regime) {
  const model::PictureInfo& drive = regime.region.drive();
  if (drive.input.empty()) return "no input, no noise";
  const model::Entry& entry = regime.region.entry();
  const auto& input = entry.info.inputs[static_cast<std::size_t>(entry.input(drive.input))];
  const std::string constant = drive.mean == 0.0 ? std::string()
                                                 : fmt::format("{} = {:.6g} {}", drive.input,
                                                               drive.mean, unit_text(input.unit));
  if (drive.sigma == 0.0) return constant;
  return fmt::format("{}{}white noise on {}, sigma {:.3g}", constant, constant.empty() ? "" : ", ",
                     drive.input, drive.sigma);
}

std::string start_of(const Regime& regime) {
  const auto& states = regime.region.entry().info.states;
  std::string text;
  for (std::size_t i = 0; i < states.size() && i < 6; ++i)
    text += fmt::format("{}{} = {:.3g}", i == 0 ? "" : ", ", states[i].name, regime.view.from[i]);
  return text + (states.size() > 6 ? ", ..." : "");
}

/// All states of the first regime. Returns where the next part begins.
double draw_states(Drawing& drawing, const Regime& regime, double top, double tolerance) {
  const auto n = regime.region.entry().info.states.size();
  const double height = n <= 3 ? 96.0 : n <= 6 ? 64.0 : 46.0;
  drawing.text({8.0, top + 14.0}, fmt::format("Time series, {}", regime.name), "h");
  drawing.text(
      {8.0, top + 29.0},
      fmt::format("{}, from {}{}", drive_of(regime), start_of(regime),
                  regime.view.displaced ? " (the usual initial state is a fixed point)" : ""),
      "s");
  top += 38.0;
  for (std::size_t i = 0; i < n; ++i) {
    draw_signal(drawing, {left, top, page_width - left - right, height},
                regime.signal(static_cast<int>(i)), i + 1 == n, tolerance);
    top += height + 4.0;
  }
  return top + 24.0;
}

/// The usual output of a model: its first observable, else what it broadcasts, else its first
/// state.
int main_observable(const model::Entry& entry) {
  const std::string_view chosen = entry.info.picture.observable;
  if (!chosen.empty()) return entry.observable(chosen);
  for (const model::ObservableInfo& observable : entry.info.observables) {
    if (!observable.uses_input) return entry.observable(observable.name);
  }
  for (const model::InputInfo& input : entry.info.inputs) {
    if (!input.source.empty()) return entry.observable(input.source);
  }
  return 0;
}

/// What is special in the run of a preset; "" when nothing is.
std::string told_of(const Regime& regime) {
  std::string told = regime.region.drive().input.empty() ? std::string() : drive_of(regime);
  if (regime.view.skipped > 0.0)
    told += fmt::format("{}after {} {}", told.empty() ? "" : ", ", std::ceil(regime.view.skipped),
                        regime.region.entry().info.time_unit_name);
  return told;
}

double draw_presets(Drawing& drawing, const std::vector<Regime>& regimes, double top,
                    double tolerance) {
  if (regimes.size() < 2) return top;
  const model::Entry& entry = regimes.front().region.entry();
  const int observable = main_observable(entry);
  drawing.text({8.0, top + 14.0}, fmt::format("Presets: {}", entry.observable_name(observable)),
               "h");
  top += 24.0;
  for (std::size_t k = 1; k < regimes.size(); ++k) {
    Signal signal = regimes[k].signal(observable);
    signal.second_line = fmt::format("{} {}", signal.name, signal.second_line);
    signal.name = regimes[k].name;
    const std::string told = told_of(regimes[k]);
    if (signal.name.size() > 13 || !told.empty()) {
      drawing.text({8.0, top + 11.0}, signal.name, "h");
      if (!told.empty()) drawing.text({page_width - right, top + 11.0}, told, "s", Anchor::end);
      signal.name.clear();
      top += 16.0;
    }
    draw_signal(drawing, {left, top, page_width - left - right, 56.0}, signal, true, tolerance);
    top += 78.0;
  }
  return top + 6.0;
}

/// The usual range of a state and where the paths go, at most two widths further.
Axis plane_axis(const model::Range& range, const std::vector<Samples>& paths, std::size_t state) {
  Axis axis{range.low, range.high};
  for (const Samples& path : paths) {
    for (std::size_t k = 0; k < path.size(); ++k) {
      axis.low = std::min(axis.low, path.at(k, state));
      axis.high = std::max(axis.high, path.at(k, state));
    }
  }
  const double margin = 0.05 * (axis.high - axis.low);
  if (axis.low < range.low) axis.low -= margin;
  if (axis.high > range.high) axis.high += margin;
  const double reach = 2.0 * (range.high - range.low);
  return {std::max(axis.low, range.low - reach), std::min(axis.high, range.high + reach)};
}

/// Two states in pixels.
struct Plane {
  Box box;
  Axis x, y;

  [[nodiscard]] Point at(double first, double second) const {
    return {box.x + box.width * share(x, first), box.y + box.height * (1.0 - share(y, second))};
  }
  [[nodiscard]] bool holds(const Point& p) const {
    return p.x >= box.x && p.x <= box.x + box.width && p.y >= box.y && p.y <= box.y + box.height;
  }
};

/// A path by its length in pixels, not by time: fast parts keep their shape. Ends at the frame;
/// later cycles lie on the earlier ones and are cut off.
std::vector<Point> path_in_plane(const Samples& path, const Plane& plane, double most_pixels,
                                 double tolerance) {
  constexpr double apart = 0.5;
  std::vector<Point> points{plane.at(path.at(0, 0), path.at(0, 1))};
  double length = 0.0;
  for (std::size_t k = 1; k < path.size() && length < most_pixels; ++k) {
    const Point next = plane.at(path.at(k, 0), path.at(k, 1));
    if (!plane.holds(next)) break;
    const double moved = std::hypot(next.x - points.back().x, next.y - points.back().y);
    if (moved < apart) continue;
    length += moved;
    points.push_back(next);
  }
  return svg::simplified(points, tolerance);
}

/// Where other initial states lead: from four points inside the usual ranges. The path of the
/// regime itself comes last.
std::vector<Samples> paths_of(const Regime& regime) {
  constexpr long samples = 4000;
  const auto& states = regime.region.entry().info.states;
  std::vector<Samples> paths;
  for (const auto& [x, y] : {std::pair{0.2, 0.2}, {0.2, 0.8}, {0.8, 0.2}, {0.8, 0.8}}) {
    const model::Range& first = states[0].range;
    const model::Range& second = states[1].range;
    const std::vector<double> from{first.low + x * (first.high - first.low),
                                   second.low + y * (second.high - second.low)};
    const double dt = regime.region.small_step(from);
    const double steps = regime.view.window / dt / static_cast<double>(samples);
    paths.push_back(regime.region.run(from, dt, samples, std::max(1L, std::lround(steps))));
  }
  paths.push_back(regime.path);
  return paths;
}

void draw_plane_frame(Drawing& drawing, const Plane& plane, const Regime& regime) {
  const auto& states = regime.region.entry().info.states;
  const Box& box = plane.box;
  const double bottom = box.y + box.height;
  drawing.text({box.x, box.y - 5.0}, regime.name, "s");
  drawing.text({box.x + 0.5 * box.width, bottom + 13.0}, states[0].name, "h", Anchor::middle);
  drawing.text({box.x - 5.0, box.y + 0.5 * box.height}, states[1].name, "h", Anchor::end);
  drawing.text({box.x, bottom + 13.0}, fmt::format("{:.2g}", plane.x.low), "s");
  drawing.text({box.x + box.width, bottom + 13.0}, fmt::format("{:.2g}", plane.x.high), "s",
               Anchor::end);
  drawing.text({box.x - 5.0, box.y + 9.0}, fmt::format("{:.2g}", plane.y.high), "s", Anchor::end);
  drawing.text({box.x - 5.0, bottom - 1.0}, fmt::format("{:.2g}", plane.y.low), "s", Anchor::end);
}

void draw_plane(Drawing& drawing, const Regime& regime, const Box& box, double tolerance) {
  const auto& states = regime.region.entry().info.states;
  const std::vector<Samples> paths = paths_of(regime);
  const Plane plane{box, plane_axis(states[0].range, paths, 0),
                    plane_axis(states[1].range, paths, 1)};
  drawing.rectangle(box, "f");
  for (std::size_t k = 0; k + 1 < paths.size(); ++k)
    drawing.curve(path_in_plane(paths[k], plane, 500.0, tolerance), "o");
  for (const std::size_t which : {std::size_t{0}, std::size_t{1}}) {
    std::vector<Point> ends = nullcline(regime.region, which, plane.x, plane.y);
    for (Point& end : ends)
      end = plane.at(end.x, end.y);
    drawing.pieces(ends, which == 0 ? "a" : "b");
  }
  drawing.curve(path_in_plane(paths.back(), plane, 2000.0, tolerance), "t");
  for (const FixedPoint& point : fixed_points(regime.region, plane.x, plane.y))
    drawing.circle(plane.at(point.state[0], point.state[1]), 3.5, point.stable ? "p" : "q");
  draw_plane_frame(drawing, plane, regime);
}

double draw_planes(Drawing& drawing, const std::vector<Regime>& regimes, double top,
                   double tolerance) {
  const model::ModelInfo& info = regimes.front().region.entry().info;
  const auto& states = info.states;
  // With delays two states are not the whole state: neither paths nor stability belong in a plane.
  if (states.size() != 2 || !info.delayed.empty()) return top;
  constexpr std::size_t most = 3, in_a_row = 3;
  drawing.text({8.0, top + 14.0}, "Phase plane", "h");
  drawing.line({100.0, top + 10.0}, {124.0, top + 10.0}, "a");
  drawing.text({129.0, top + 14.0}, fmt::format("d{}/dt = 0", states[0].name), "s");
  drawing.line({204.0, top + 10.0}, {228.0, top + 10.0}, "b");
  drawing.text({233.0, top + 14.0}, fmt::format("d{}/dt = 0", states[1].name), "s");
  drawing.line({308.0, top + 10.0}, {332.0, top + 10.0}, "t");
  drawing.text({337.0, top + 14.0}, "trajectory", "s");
  drawing.circle({402.0, top + 10.0}, 3.5, "p");
  drawing.text({410.0, top + 14.0}, "stable fixed point", "s");
  drawing.circle({506.0, top + 10.0}, 3.5, "q");
  drawing.text({514.0, top + 14.0}, "unstable fixed point", "s");
  const std::size_t presets = regimes.size() - 1;
  const std::size_t first = presets >= 1 ? 1 : 0;
  const std::size_t count = std::min(most, regimes.size() - first);
  const double pitch = (page_width - 12.0) / static_cast<double>(count > 1 ? in_a_row : 2);
  for (std::size_t k = 0; k < count; ++k) {
    const Box box{52.0 + pitch * static_cast<double>(k), top + 38.0, pitch - 60.0, 200.0};
    draw_plane(drawing, regimes[first + k], box, tolerance);
  }
  return top + 260.0;
}

}  // namespace

std::string of_model(const model::Entry& entry) {
  std::vector<Regime> regimes;
  regimes.emplace_back(entry, nullptr, 0.0);
  for (const model::PresetInfo& preset : entry.info.presets)
    regimes.emplace_back(entry, &preset, regimes.front().view.window);
  std::string text;
  for (double tolerance = 0.1; text.empty() || (text.size() > most_bytes && tolerance < 10.0);
       tolerance *= 1.3) {
    Drawing drawing(page_width, fmt::format("{}: {}", entry.info.name, entry.info.title), style);
    double top = draw_states(drawing, regimes.front(), 6.0, tolerance);
    top = draw_presets(drawing, regimes, top, tolerance);
    top = draw_planes(drawing, regimes, top, tolerance);
    text = drawing.finish(top);
  }
  return text;
}

}  // namespace arcuate::picture
