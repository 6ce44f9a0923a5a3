cmake_minimum_required(VERSION 3.22)
# Writes to OUTPUT the version of the program, with the commit that it is built from where there is one: 0.1.0+g1a2b3c4,
# or 0.1.0+g1a2b3c4.changed when files differ from it. OUTPUT keeps its time when nothing has changed.
#   cmake -DSOURCE=... -DVERSION=... -DOUTPUT=... -P Version.cmake
find_program(GIT git)
set(version ${VERSION})
if(GIT AND EXISTS ${SOURCE}/.git)
  execute_process(COMMAND ${GIT} -C ${SOURCE} describe --always --exclude=* --abbrev=9 --dirty=.changed
    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed AND commit)
    set(version ${VERSION}+g${commit})
  endif()
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#include \"arcuate/core/version.hpp\"

namespace arcuate {

std::string_view version() { return \"@version@\"; }

}  // namespace arcuate
" @ONLY)
