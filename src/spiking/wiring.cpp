#include "arcuate/spiking/wiring.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "arcuate/core/random.hpp"
#include "streams.hpp"

namespace arcuate::spiking {
namespace {

/// Whole numbers below a bound, each as likely, of the words of Philox (Lemire 2019,
/// doi:10.1145/3230636).
class Indices {
 public:
  Indices(std::uint64_t seed, std::uint32_t stream, std::uint32_t neuron, std::uint32_t bound)
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
        stream_(stream),
        neuron_(neuron),
        bound_(bound),
        refused_((0U - bound) % bound) {}

  std::uint32_t next() {
    while (true) {
      const std::uint64_t product = std::uint64_t{word()} * bound_;
      if (static_cast<std::uint32_t>(product) >= refused_)
        return static_cast<std::uint32_t>(product >> 32);
    }
  }

 private:
  std::uint32_t word() {
    if (at_ == words_.size()) {
      words_ = random::philox({neuron_, call_++, 3U << 28, stream_}, key_);
      at_ = 0;
    }
    return words_[at_++];
  }
  std::array<std::uint32_t, 2> key_;
  std::uint32_t stream_, neuron_, bound_, refused_, call_ = 0;
  std::array<std::uint32_t, 4> words_{};
  std::size_t at_ = 4;
};

}  // namespace

Wiring::Wiring(const Populations& populations, std::uint64_t seed)
    : populations_(populations), seed_(seed) {
  const GlobalIndex most = *std::max_element(populations.size.begin(), populations.size.end());
  taken_.resize(static_cast<std::size_t>(most / 64 + 1));
}

/// The bits of `taken_` are those of the sources. Where more than half are taken, the others are
/// drawn.
void Wiring::draw(GlobalIndex neuron, int pre, GlobalIndex count) {
  const GlobalIndex size = populations_.size[static_cast<std::size_t>(pre)];
  const bool others = 2 * count > size;
  std::fill_n(taken_.begin(), size / 64 + 1, 0);
  Indices indices(seed_, wiring_stream + static_cast<std::uint32_t>(pre),
                  static_cast<std::uint32_t>(neuron), static_cast<std::uint32_t>(size));
  for (GlobalIndex left = others ? size - count : count; left > 0;) {
    const std::uint32_t index = indices.next();
    const std::uint64_t bit = std::uint64_t{1} << (index % 64);
    std::uint64_t& word = taken_[index / 64];
    if ((word & bit) != 0) continue;
    word |= bit;
    --left;
  }
  if (!others) return;
  for (GlobalIndex k = 0; k <= size / 64; ++k)
    taken_[static_cast<std::size_t>(k)] = ~taken_[static_cast<std::size_t>(k)];
  taken_[static_cast<std::size_t>(size / 64)] &= (std::uint64_t{1} << (size % 64)) - 1;
}

void Wiring::sources_of(GlobalIndex neuron, std::vector<std::uint32_t>& sources) {
  sources.clear();
  const int post = populations_.of(neuron);
  for (int pre = 0; pre < populations_.n(); ++pre) {
    const GlobalIndex count = populations_.sources(post, pre);
    if (count == 0) continue;
    draw(neuron, pre, count);
    const auto first =
        static_cast<std::uint32_t>(populations_.first[static_cast<std::size_t>(pre)]);
    const GlobalIndex words = populations_.size[static_cast<std::size_t>(pre)] / 64;
    for (GlobalIndex k = 0; k <= words; ++k) {
      for (std::uint64_t bits = taken_[static_cast<std::size_t>(k)]; bits != 0; bits &= bits - 1) {
        const std::uint32_t source = first + static_cast<std::uint32_t>(k) * 64U +
                                     static_cast<std::uint32_t>(std::countr_zero(bits));
        if (source != static_cast<std::uint32_t>(neuron)) sources.push_back(source);
      }
    }
  }
}

std::int64_t synapses_of(const Populations& populations, GlobalIndex first, GlobalIndex end) {
  std::int64_t sum = 0;
  for (int post = 0; post < populations.n(); ++post) {
    const auto p = static_cast<std::size_t>(post);
    const GlobalIndex neurons =
        std::min(end, populations.first[p + 1]) - std::max(first, populations.first[p]);
    if (neurons <= 0) continue;
    for (int pre = 0; pre < populations.n(); ++pre)
      sum += neurons * populations.sources(post, pre);
  }
  return sum;
}

}  // namespace arcuate::spiking
