#pragma once

#include <array>
#include <cstdint>

/// Random numbers that are pure functions of what they are for: (seed, stream, region, step). They
/// depend on no call order, rank, thread or vector width, and any of them can be recomputed alone.
///
/// Philox 4x32-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405) with the seed as key and the
/// counter (region, quad, quad's high bits | draw << 28, stream). One call serves four consecutive
/// steps of a region, a "quad": steps 4 quad .. 4 quad + 3. `draw` separates normals, uniforms,
/// initial values and rows of words.
namespace arcuate::random {

/// One source of noise: each (variable, input, member of a study) has its own number.
struct Stream {
  std::uint64_t seed = 0;
  std::uint32_t stream = 0;
};

/// Regions that are drawn together, side by side: those of a tile of a model.
inline constexpr int lanes = 8;

/// Ten rounds of Philox 4x32.
std::array<std::uint32_t, 4> philox(const std::array<std::uint32_t, 4>& counter,
                                    const std::array<std::uint32_t, 2>& key);

/// Standard normals of steps 4 first_quad .. 4 (first_quad + quads) - 1, by Box and Muller in
/// single precision; none is beyond 6.77 in size. regions: (lanes); out: (4 quads, lanes).
/// |first_quad| < 2^59. width: regions that go side by side through a vector, 4 or what the machine
/// has room for (0); it changes no bit.
void normal_tile(const Stream& stream, const std::uint32_t* regions, std::int64_t first_quad,
                 int quads, float* out, int width = 0);
/// Uniform of mean 0 and variance 1: in (-sqrt(3), sqrt(3)), never an end, symmetric. Shapes as
/// normal_tile.
void uniform_tile(const Stream& stream, const std::uint32_t* regions, std::int64_t first_quad,
                  int quads, float* out, int width = 0);

/// The random words of regions `first`, `first` + 1, ..., for distributions of other modules: Philox
/// of the counter (region, index, index's high bits | draw << 28, stream). count: a multiple of
/// `lanes`; out: (4, count). |index| < 2^59.
void words_row(const Stream& stream, std::uint32_t first, int count, std::int64_t index,
               std::uint32_t* out);

/// One number of normal_tile, to the bit.
float normal(const Stream& stream, std::uint32_t region, std::int64_t step);
/// One number of uniform_tile, to the bit.
float uniform(const Stream& stream, std::uint32_t region, std::int64_t step);

/// Uniform in [0, 1) with 53 bits, for initial values and generators: `index` counts the draws of a
/// region.
double uniform01(const Stream& stream, std::uint32_t region, std::int64_t index);

}  // namespace arcuate::random
