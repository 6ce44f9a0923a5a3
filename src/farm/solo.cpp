#include "solo.hpp"

#include <utility>

namespace arcuate::farm {
namespace {

class SoloWatch : public SpacedWatch {
 public:
  SoloWatch(double limit, const std::function<bool()>& is_ending)
      : SpacedWatch(limit), is_ending_(is_ending) {}

 private:
  Decision decide() override { return decision(is_ending_()); }
  const std::function<bool()>& is_ending_;
};

}  // namespace

Solo::Solo(const comm::Communicator& world, const Evaluate& evaluate, const core::Signals& signals)
    : team_(world.handle()), evaluate_(evaluate), signals_(signals) {}

void Solo::hand_out(int /*worker*/, const Task& task) {
  const std::function<bool()> is_ending = [this] {
    return signals_.caught() != 0 || (meanwhile_ && meanwhile_());
  };
  SoloWatch watch(task.limit, is_ending);
  const double before = processor_seconds();
  done_.push_back(evaluate_task(team_, team_, task, evaluate_, watch));
  evaluation_seconds_ += processor_seconds() - before;
}

std::vector<Done> Solo::look() {
  return std::exchange(done_, {});
}

}  // namespace arcuate::farm
