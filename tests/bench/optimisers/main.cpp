#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "support/functions.hpp"

/// Success rates and evaluations of the methods on functions with a known least value, as rows of
/// the table of docs/optimisers.md; peers.py runs the same instances through other programs.
///
///     optimise_bench [RUNS]
///     optimise_bench one FUNCTION N METHOD BUDGET RUNS   a row of your own
///     optimise_bench instance FUNCTION N INSTANCE                  optimum and rotation, for
///     peers.py
namespace {

using namespace arcuate::optimise;
using functions::Shape;

constexpr std::pair<std::string_view, Shape> shapes[] = {
    {"sphere", Shape::sphere},
    {"ellipsoid", Shape::ellipsoid},
    {"cigar", Shape::cigar},
    {"discus", Shape::discus},
    {"rosenbrock", Shape::rosenbrock},
    {"rastrigin", Shape::rastrigin},
    {"rotated_rastrigin", Shape::rotated_rastrigin},
    {"ackley", Shape::ackley},
    {"griewank", Shape::griewank},
    {"schwefel", Shape::schwefel}};

Shape shape_called(std::string_view name) {
  for (const auto& [word, shape] : shapes)
    if (word == name) return shape;
  fmt::print(stderr, "there is no function '{}'\n", name);
  std::exit(2);
}

void row(std::string_view function, Index n, const std::string& method, std::int64_t budget,
         int runs) {
  const auto begin = std::chrono::steady_clock::now();
  const functions::Summary s = functions::summary(shape_called(function), n, method, budget, runs);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  fmt::print("| {} | {} | `{}` | {} | {} of {} | {:.0f} | {:.1e} | {:.1f} |\n", function, n, method,
             budget, s.reached, s.runs, s.median, s.middle_best, seconds / runs * 1e3);
  std::fflush(stdout);
}

constexpr const char* single = "cma,sigma=0.2,start=random,restarts=none,tolx=1e-12,tolfun=1e-14";
constexpr const char* ipop = "cma,sigma=0.2,start=random,tolx=1e-11,tolfun=1e-11";

void table(int runs) {
  fmt::print(
      "| function | n | method | budget | reached 1e-8 | median evaluations | median best | ms a "
      "run |\n|---|---|---|---|---|---|---|---|\n");
  for (const Index n : {2, 5, 10, 20, 40})
    for (const char* f : {"sphere", "ellipsoid", "cigar", "discus", "rosenbrock"})
      row(f, n, single, 10000 * n, n < 20 ? runs : runs / 2);
  for (const char* f : {"rastrigin", "rotated_rastrigin", "ackley", "griewank"})
    for (const char* restarts : {"none", "ipop", "bipop"})
      row(f, 10, fmt::format("{},restarts={}", ipop, restarts), 300000, runs);
  for (const char* method : {"de", "jde", "lshade", "pso", "tbpsa", "one_plus_one"})
    for (const char* f : {"sphere", "ellipsoid", "rosenbrock", "rastrigin", "rotated_rastrigin",
                          "griewank", "schwefel"})
      row(f, 10, method, 100000, runs);
  for (const char* method : {"nelder_mead,tolx=1e-12", "cobyla,tolx=1e-12", "bobyqa,tolx=1e-12",
                             "cma", "auto", "random"})
    for (const char* f : {"sphere", "ellipsoid", "rosenbrock", "rastrigin"})
      for (const std::int64_t budget : {200, 500, 2000})
        row(f, 10, method, budget, runs);
}

void instance(Shape shape, Index n, std::uint64_t k) {
  const functions::Function f(shape, n, k);
  for (const double x : f.optimum())
    fmt::print("{} ", x);
  fmt::print("\n");
  for (const double r : f.rotation().reshaped<Eigen::RowMajor>())
    fmt::print("{} ", r);
  fmt::print("\n");
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view verb = argc > 1 ? argv[1] : "";
  if (verb == "one" && argc > 6)
    row(argv[2], std::atoi(argv[3]), argv[4], std::atoll(argv[5]), std::atoi(argv[6]));
  else if (verb == "instance" && argc > 4)
    instance(shape_called(argv[2]), std::atoi(argv[3]), std::strtoull(argv[4], nullptr, 10));
  else
    table(argc > 1 ? std::atoi(argv[1]) : 15);
}
