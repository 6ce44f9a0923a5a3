#include <hdf5.h>

#include "arcuate/io/hdf5.hpp"

namespace arcuate::io::hdf5 {

void start_library() {
  // HDF5 ends itself at exit, and also when MPI ends if it finds MPI running at its start.
  H5dont_atexit();
  H5open();
  // A link may lead to any other file, which nobody looked at: none is followed.
  if (H5Lis_registered(H5L_TYPE_EXTERNAL) > 0) H5Lunregister(H5L_TYPE_EXTERNAL);
}

}  // namespace arcuate::io::hdf5
