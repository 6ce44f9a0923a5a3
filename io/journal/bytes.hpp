#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace arcuate::io {

/// CRC-32 (zlib's) of a text that follows one with the checksum `before`.
std::uint32_t checksum_of(std::string_view text, std::uint32_t before = 0);

/// An open file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_ = -1;
};

/// "append: PATH: No space left on device".
[[noreturn]] void fail_call(const char* call, const std::string& path);

/// Appends all or nothing: throws EnvironmentError with the file cut back to `size` [bytes].
void append_whole(const Descriptor& file, std::string_view bytes, std::int64_t size,
                  const std::string& path);

}  // namespace arcuate::io
