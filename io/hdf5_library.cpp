#include <hdf5.h>

#include "arcuate/io/hdf5.hpp"

namespace arcuate::io::hdf5 {

void start_library() {
  // HDF5 ends itself at exit, and when it finds MPI running at its start, in MPI_Finalize as well.
  H5dont_atexit();
  H5open();
}

}  // namespace arcuate::io::hdf5
