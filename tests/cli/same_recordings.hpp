#pragma once

#include <string>

#include "support.hpp"

namespace arcuate::test {

/// Samples, times, names and features of two recordings are the same.
inline void expect_same_recordings(const Folder& folder, const std::string& one,
                                   const std::string& other) {
  const Outcome compared = folder.shell(
      "/usr/bin/python3 - <<'END'\n"
      "import h5py\n"
      "def content(name):\n"
      "    all = {}\n"
      "    def see(path, item):\n"
      "        if not isinstance(item, h5py.Dataset): return\n"
      "        if path.startswith('partition') or path.startswith('state'): return\n"
      "        values = item[()]\n"
      "        all[path] = values.tolist() if values.dtype.kind == 'O' else values.tobytes()\n"
      "    with h5py.File(name) as file: file.visititems(see)\n"
      "    return all\n"
      "one, other = content('" +
      one + "'), content('" + other +
      "')\n"
      "assert len(one) > 10 and one.keys() == other.keys(), (one.keys(), other.keys())\n"
      "print([path for path in one if one[path] != other[path]])\n"
      "END");
  EXPECT_EQ(compared.out, "[]\n") << compared.err;
}

}  // namespace arcuate::test
