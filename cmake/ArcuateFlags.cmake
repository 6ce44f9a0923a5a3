# Compiler flags. Every number must have the same bits on every path, so: no fast-math, no contraction
# other than the explicit fma calls, and one instruction set for the whole program.
set(ARCUATE_ARCH "native" CACHE STRING "Value of -march; at least x86-64-v3 (AVX2 and FMA) on x86")

option(ARCUATE_STRICT "Warnings are errors; for maintainers and continuous integration" OFF)

# The last two misfire on std::string and fmt in g++ 12 at -O3.
set(ARCUATE_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wno-restrict -Wno-stringop-overflow)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # The AVX-512 intrinsics of g++ 12 read variables that they leave undefined on purpose (GCC bug 105593): every use of
  # Eigen's decompositions would warn. clang-tidy looks for what is truly uninitialised.
  list(APPEND ARCUATE_WARNINGS -Wno-uninitialized -Wno-maybe-uninitialized)
endif()
if(ARCUATE_STRICT)
  list(APPEND ARCUATE_WARNINGS -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # What g++ 12 believes of memory after inlining differs with the processor, and of std::string it is wrong (GCC bug
    # 105651): such warnings are shown, and end no build. The sanitizers look for what is truly out of bounds.
    list(APPEND ARCUATE_WARNINGS -Wno-error=array-bounds -Wno-error=stringop-overread -Wno-error=use-after-free
      -Wno-error=dangling-pointer -Wno-error=free-nonheap-object)
  endif()
endif()
# g++ 12 fuses a*b -+ c*d into fmaddsub when it vectorises straight-line code, -ffp-contract=off or not; loops are not
# affected (docs/decisions/compiler-flags.md).
set(ARCUATE_CODE -march=${ARCUATE_ARCH} -fopenmp-simd -ffp-contract=off -fno-math-errno -fno-trapping-math
  -fno-tree-slp-vectorize)
# Loops over tiles in vectors as wide as the machine's: g++ stops at 256 bits unless it is told (docs/decisions/compiler-flags.md).
# For the modules in the time loop and for plug-ins.
include(CheckCXXCompilerFlag)
check_cxx_compiler_flag(-mprefer-vector-width=512 ARCUATE_CAN_PREFER_WIDTH)
if(ARCUATE_CAN_PREFER_WIDTH)
  set(ARCUATE_WIDE -mprefer-vector-width=512)
endif()
option(ARCUATE_SANITIZE "Build everything with the address and undefined-behaviour sanitizers" OFF)
if(ARCUATE_SANITIZE)
  list(APPEND ARCUATE_CODE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

# What is not in the time loop: -O3 takes a third more time to compile and reads text files 5 % faster. Points-to analysis is a
# tenth of what is left.
set(ARCUATE_LIGHT $<$<CONFIG:Release>:-O1>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND ARCUATE_LIGHT $<$<CONFIG:Release>:-fno-tree-pta>)
  # The compiler collects its own garbage from 512 MB on (as it comes: 128 MB): a seventh less time, a fifth more memory.
  add_compile_options(--param=ggc-min-heapsize=524288)
endif()

include(CheckCXXSourceCompiles)
set(CMAKE_REQUIRED_FLAGS "-march=${ARCUATE_ARCH}")
check_cxx_source_compiles("
#if !defined(__FMA__) && !defined(__ARM_FEATURE_FMA)
#error no fused multiply-add
#endif
int main() {}" ARCUATE_HAS_FMA)
check_cxx_source_compiles("
#if !defined(__AVX512VL__)
#error no vectors of 512 bits
#endif
int main() {}" ARCUATE_HAS_AVX512)
unset(CMAKE_REQUIRED_FLAGS)
if(NOT ARCUATE_HAS_FMA)
  message(FATAL_ERROR "ARCUATE_ARCH=${ARCUATE_ARCH} has no fused multiply-add. Choose x86-64-v3 or newer.")
endif()

# What src/app/processor.cpp looks for before anything else runs; it is compiled for any processor itself.
set(ARCUATE_FEATURE avx2)
if(ARCUATE_HAS_AVX512)
  set(ARCUATE_FEATURE avx512vl)
endif()
function(arcuate_processor_check target feature)
  target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/src/app/processor.cpp)
  set_source_files_properties(${CMAKE_SOURCE_DIR}/src/app/processor.cpp TARGET_DIRECTORY ${target} PROPERTIES
    COMPILE_DEFINITIONS ARCUATE_FEATURE="${feature}" SKIP_UNITY_BUILD_INCLUSION ON)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    set_source_files_properties(${CMAKE_SOURCE_DIR}/src/app/processor.cpp TARGET_DIRECTORY ${target} PROPERTIES
      COMPILE_OPTIONS -march=x86-64)
  endif()
endfunction()

find_program(CCACHE ccache)
if(CCACHE)
  # ccache keeps what is compiled with a precompiled header only when it is told that time stamps do not matter.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()
