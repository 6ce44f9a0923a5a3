# tests/fuzz: every reader under the address and undefined-behaviour sanitizers. The readers are compiled once for all
# targets; what they use is linked from the ordinary build. A room of io/ is compiled here whole or not at all: of a room
# whose sources are compiled together, the linker takes all or none.
option(ARCUATE_FUZZ "Build the fuzz targets of the readers" OFF)

set(ARCUATE_FUZZ_TARGETS study tvb npz npy mat hdf5 text matrix_market edges labels centres values series history recording features table cifti array gifti surface journal results spiking_study spikes lif checkpoint)

function(arcuate_fuzz_tests)
  file(GLOB readers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/io/*/*.cpp)
  list(FILTER readers EXCLUDE REGEX "/io/export/")
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/fuzz/*.cpp)
  add_executable(fuzz ${sources} ${readers})
  target_link_libraries(fuzz PRIVATE arcuate_io)
  target_include_directories(fuzz PRIVATE ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/io)
  set(sanitizers -fsanitize=address,undefined,float-cast-overflow)
  target_compile_options(fuzz PRIVATE ${ARCUATE_WARNINGS} -O1 -g1 ${sanitizers} -fno-sanitize-recover=all)
  target_link_options(fuzz PRIVATE ${sanitizers})
  set_target_properties(fuzz PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  foreach(target ${ARCUATE_FUZZ_TARGETS})
    add_test(NAME fuzz_${target} COMMAND fuzz ${target} ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${target} 10)
    set_tests_properties(fuzz_${target} PROPERTIES TIMEOUT 120 ENVIRONMENT "${ARCUATE_TEST_ENVIRONMENT}")
  endforeach()
endfunction()
