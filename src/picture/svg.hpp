#pragma once

#include <string>
#include <string_view>
#include <vector>

/// A small writer of SVG. Coordinates in pixels, rounded to tenths.
namespace arcuate::picture::svg {

struct Point {
  double x = 0.0, y = 0.0;
};

/// A rectangle, y downwards.
struct Box {
  double x = 0.0, y = 0.0, width = 0.0, height = 0.0;
};

/// A line through fewer of the points that stays within `tolerance` pixels of the others
/// (Ramer-Douglas-Peucker).
std::vector<Point> simplified(const std::vector<Point>& points, double tolerance);

enum class Anchor { start, middle, end };

class Drawing {
 public:
  /// `style`: CSS for the classes that the elements name.
  Drawing(double width, std::string_view title, std::string_view style);
  void text(Point at, std::string_view words, std::string_view look, Anchor anchor = Anchor::start);
  void rectangle(const Box& box, std::string_view look);
  void line(Point from, Point to, std::string_view look);
  void circle(Point centre, double radius, std::string_view look);
  /// Connected points.
  void curve(const std::vector<Point>& points, std::string_view look);
  /// Separate pieces, two points each.
  void pieces(const std::vector<Point>& ends, std::string_view look);
  [[nodiscard]] std::string finish(double height) const;

 private:
  double width_;
  std::string head_;
  std::string body_;
};

}  // namespace arcuate::picture::svg
