#include "design.hpp"

namespace arcuate::optimise {
namespace {

class Random : public Design {
 public:
  Random(const Task& task, const Settings&) : task_(task) {}

 private:
  Vector point(std::uint64_t k) override {
    return Draws(task_.stream, Purpose::candidate, k).uniforms(task_.dimension());
  }
  Task task_;
};

}  // namespace

extern const MethodKind method_random;
const MethodKind method_random{{.name = "random",
                                .meaning = "Independent points, uniform on the variables' scales",
                                .source = "Bergstra and Bengio 2012, JMLR 13:281",
                                .several = true},
                               make_design<Random>};

}  // namespace arcuate::optimise
