#include "svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace arcuate::picture::svg {
namespace {

std::string escaped(std::string_view words) {
  std::string text;
  for (const char c : words) {
    if (c == '&') {
      text += "&amp;";
    } else if (c == '<') {
      text += "&lt;";
    } else if (c == '>') {
      text += "&gt;";
    } else {
      text += c;
    }
  }
  return text;
}

std::string number(double value) {
  return fmt::format("{:g}", std::round(value * 10.0) / 10.0);
}

long tenths(double value) {
  return std::lround(value * 10.0);
}

/// "12-3": a sign separates numbers as well as a blank does.
std::string pair(long x, long y) {
  return fmt::format("{}{}{}", x, y < 0 ? "" : " ", y);
}

/// Distance of `p` from the segment from `a` to `b`.
double distance(const Point& p, const Point& a, const Point& b) {
  const double x = b.x - a.x, y = b.y - a.y;
  const double square = x * x + y * y;
  const double along =
      square > 0.0 ? std::clamp(((p.x - a.x) * x + (p.y - a.y) * y) / square, 0.0, 1.0) : 0.0;
  return std::hypot(p.x - a.x - along * x, p.y - a.y - along * y);
}

}  // namespace

std::vector<Point> simplified(const std::vector<Point>& points, double tolerance) {
  if (points.size() < 3) return points;
  std::vector<char> keep(points.size(), 0);
  keep.front() = keep.back() = 1;
  std::vector<std::pair<std::size_t, std::size_t>> open{{0, points.size() - 1}};
  while (!open.empty()) {
    const auto [first, last] = open.back();
    open.pop_back();
    double furthest = tolerance;
    std::size_t at = 0;
    for (std::size_t k = first + 1; k < last; ++k) {
      const double away = distance(points[k], points[first], points[last]);
      if (away <= furthest) continue;
      furthest = away;
      at = k;
    }
    if (at == 0) continue;
    keep[at] = 1;
    open.emplace_back(first, at);
    open.emplace_back(at, last);
  }
  std::vector<Point> kept;
  for (std::size_t k = 0; k < points.size(); ++k) {
    if (keep[k] != 0) kept.push_back(points[k]);
  }
  return kept;
}

Drawing::Drawing(double width, std::string_view title, std::string_view style) : width_(width) {
  head_ = fmt::format("<title>{}</title>\n<style>{}</style>\n", escaped(title), style);
}

void Drawing::text(Point at, std::string_view words, std::string_view look, Anchor anchor) {
  constexpr const char* anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
  body_ += fmt::format("<text x=\"{}\" y=\"{}\" class=\"{}\"{}>{}</text>\n", number(at.x),
                       number(at.y), look, anchors[static_cast<int>(anchor)], escaped(words));
}

void Drawing::rectangle(const Box& box, std::string_view look) {
  body_ += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" class=\"{}\"/>\n",
                       number(box.x), number(box.y), number(box.width), number(box.height), look);
}

void Drawing::line(Point from, Point to, std::string_view look) {
  pieces({from, to}, look);
}

void Drawing::circle(Point centre, double radius, std::string_view look) {
  body_ += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\" class=\"{}\"/>\n", number(centre.x),
                       number(centre.y), number(radius), look);
}

void Drawing::curve(const std::vector<Point>& points, std::string_view look) {
  if (points.empty()) return;
  long x = tenths(points.front().x), y = tenths(points.front().y);
  std::string path = "M" + pair(x, y) + "l";
  bool first = true;
  for (const Point& point : points) {
    const long next_x = tenths(point.x), next_y = tenths(point.y);
    if (next_x == x && next_y == y) continue;
    const long step_x = next_x - x;
    path += (first || step_x < 0 ? "" : " ") + pair(step_x, next_y - y);
    first = false;
    x = next_x;
    y = next_y;
  }
  if (first) path += "0 0";
  body_ += fmt::format("<path transform=\"scale(.1)\" class=\"{}\" d=\"{}\"/>\n", look, path);
}

void Drawing::pieces(const std::vector<Point>& ends, std::string_view look) {
  std::string path;
  for (std::size_t k = 0; k + 1 < ends.size(); k += 2) {
    const long x = tenths(ends[k].x), y = tenths(ends[k].y);
    path += "M" + pair(x, y) + "l" + pair(tenths(ends[k + 1].x) - x, tenths(ends[k + 1].y) - y);
  }
  if (path.empty()) return;
  body_ += fmt::format("<path transform=\"scale(.1)\" class=\"{}\" d=\"{}\"/>\n", look, path);
}

std::string Drawing::finish(double height) const {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
      "viewBox=\"0 0 {0} {1}\" role=\"img\">\n{2}<rect width=\"{0}\" height=\"{1}\" "
      "fill=\"#fff\"/>\n{3}</svg>\n",
      number(width_), number(height), head_, body_);
}

}  // namespace arcuate::picture::svg
