#include <hdf5.h>

#include "arcuate/io/hdf5.hpp"

namespace arcuate::io::hdf5 {

void start_library() {
  // HDF5 ends itself at exit, and also when MPI ends if it finds MPI running at its start.
  H5dont_atexit();
  H5open();
}

}  // namespace arcuate::io::hdf5
