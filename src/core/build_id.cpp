#include "arcuate/core/build_id.hpp"

#include <elf.h>
#include <link.h>

#include <cstddef>
#include <cstring>

namespace arcuate::core {
namespace {

/// The note of this kind among those of a segment, in hexadecimal digits.
std::string id_in(const char* at, std::size_t bytes) {
  constexpr char digits[] = "0123456789abcdef";
  const auto padded = [](std::size_t size) { return (size + 3) / 4 * 4; };
  while (bytes >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note;
    std::memcpy(&note, at, sizeof note);
    const std::size_t size = sizeof note + padded(note.n_namesz) + padded(note.n_descsz);
    if (size > bytes) break;
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
        std::memcmp(at + sizeof note, "GNU", 4) == 0) {
      std::string text;
      const char* id = at + sizeof note + padded(note.n_namesz);
      for (std::size_t k = 0; k < note.n_descsz; ++k) {
        const auto byte = static_cast<unsigned char>(id[k]);
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
      }
      return text;
    }
    at += size;
    bytes -= size;
  }
  return "";
}

/// The program is the first of the objects that are loaded.
int look(dl_phdr_info* object, std::size_t /*size*/, void* into) {
  for (int k = 0; k < object->dlpi_phnum; ++k) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[k];
    if (segment.p_type != PT_NOTE) continue;
    const std::string id =
        id_in(reinterpret_cast<const char*>(object->dlpi_addr + segment.p_vaddr), segment.p_memsz);
    if (!id.empty()) *static_cast<std::string*>(into) = id;
  }
  return 1;
}

}  // namespace

std::string build_id() {
  std::string id;
  dl_iterate_phdr(look, &id);
  return id;
}

}  // namespace arcuate::core
