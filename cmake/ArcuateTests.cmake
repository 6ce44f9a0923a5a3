set(ARCUATE_TEST_ENVIRONMENT
  OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
  OMPI_MCA_pml=ob1 OMPI_MCA_btl=self,vader OMPI_MCA_mpi_yield_when_idle=1 OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive)
set(ARCUATE_SHARED "${CMAKE_SOURCE_DIR}/../shared" CACHE PATH "Reference data of the maintainers; tests skip without it")

# What every test includes, compiled once; and the places a test looks at.
function(arcuate_test_headers)
  configure_file(${CMAKE_CURRENT_SOURCE_DIR}/support/places.hpp.in ${CMAKE_CURRENT_BINARY_DIR}/generated/places.hpp @ONLY)
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/generated/test_headers.cpp "")
  add_library(test_headers OBJECT ${CMAKE_CURRENT_BINARY_DIR}/generated/test_headers.cpp)
  target_link_libraries(test_headers PRIVATE arcuate_io GTest::gtest GTest::gmock)
  # Position independence as in executables, which are what uses these headers.
  target_compile_options(test_headers PRIVATE ${ARCUATE_WARNINGS} ${ARCUATE_LIGHT} -fPIE)
  target_precompile_headers(test_headers PRIVATE <gtest/gtest.h> <gmock/gmock.h> <filesystem> <fstream> <functional>
    <map> <regex> <sstream>)
endfunction()

function(arcuate_test_target target folder)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp)
  add_executable(${target} ${sources} ${ARGN})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/src)  # private headers by module
  target_link_libraries(${target} PRIVATE arcuate_io arcuate_meanfield arcuate_spiking arcuate_analysis arcuate_loss arcuate_optimise arcuate_forecast arcuate_run arcuate_search arcuate_compare arcuate_report arcuate_picture
    GTest::gtest GTest::gmock)
  target_compile_options(${target} PRIVATE ${ARCUATE_WARNINGS} ${ARCUATE_LIGHT})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/generated)
  target_precompile_headers(${target} REUSE_FROM test_headers)
  arcuate_together(${target} 8)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
endfunction()

function(arcuate_gtest name folder)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp)
  if(NOT sources)
    return()
  endif()
  arcuate_test_target(${name} ${folder} ${CMAKE_CURRENT_SOURCE_DIR}/support/main.cpp)
  add_test(NAME ${name} COMMAND ${name} --gtest_color=no)
  set_tests_properties(${name} PROPERTIES TIMEOUT 900 ENVIRONMENT "${ARCUATE_TEST_ENVIRONMENT}")
endfunction()

function(arcuate_unit_tests module)
  arcuate_gtest(unit_${module} unit/${module})
endfunction()

# More ranks than one have the machine for themselves.
function(arcuate_processors ranks variable)
  set(${variable} 2 PARENT_SCOPE)
  if(ranks EQUAL 1)
    set(${variable} 1 PARENT_SCOPE)
  endif()
endfunction()

# One binary, launched at 1, 2, 3, 4 and 7 ranks.
function(arcuate_mpi_tests)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/mpi/*.cpp)
  if(NOT sources)
    return()
  endif()
  arcuate_test_target(mpi_tests mpi ${CMAKE_CURRENT_SOURCE_DIR}/support/mpi_main.cpp)
  foreach(ranks 1 2 3 4 7)
    add_test(NAME mpi_tests_${ranks} COMMAND ${MPIEXEC_EXECUTABLE} --timeout 850 --bind-to none
      ${MPIEXEC_NUMPROC_FLAG} ${ranks} $<TARGET_FILE:mpi_tests> --gtest_color=no --gtest_catch_exceptions=0)
    arcuate_processors(${ranks} processors)
    set_tests_properties(mpi_tests_${ranks} PROPERTIES TIMEOUT 900 PROCESSORS ${processors}
      ENVIRONMENT "${ARCUATE_TEST_ENVIRONMENT}")
  endforeach()
  # What ends all ranks is a test of its own, by its exit code.
  add_test(NAME farm_with_a_worker_that_hangs COMMAND sh -c
    "\"$@\" | grep 'abandoned with 3 tasks' && \"$@\" >/dev/null; test $? -eq 75" sh ${MPIEXEC_EXECUTABLE} --timeout 850 --bind-to none
    ${MPIEXEC_NUMPROC_FLAG} 3 $<TARGET_FILE:mpi_tests> --gtest_also_run_disabled_tests
    --gtest_filter=FarmRun.DISABLED_AWorkerThatHangsAtTheEndIsAbandoned)
  set_tests_properties(farm_with_a_worker_that_hangs PROPERTIES TIMEOUT 900 ENVIRONMENT "${ARCUATE_TEST_ENVIRONMENT}")
endfunction()

# What needs PETSc, launched at 1, 2 and 4 ranks; what one region or one rank does by itself at 1 only.
function(arcuate_steady_tests)
  arcuate_test_target(steady_tests steady ${CMAKE_CURRENT_SOURCE_DIR}/support/mpi_main.cpp)
  target_link_libraries(steady_tests PRIVATE arcuate_steady)
  foreach(ranks 1 2 4)
    set(chosen *)
    if(ranks GREATER 1)
      set(chosen RestingNetwork.*:DelayedRoots.OfALoop*)
    endif()
    add_test(NAME steady_tests_${ranks} COMMAND ${MPIEXEC_EXECUTABLE} --timeout 850 --bind-to none
      ${MPIEXEC_NUMPROC_FLAG} ${ranks} $<TARGET_FILE:steady_tests> --gtest_filter=${chosen}
      --gtest_color=no --gtest_catch_exceptions=0)
    arcuate_processors(${ranks} processors)
    set_tests_properties(steady_tests_${ranks} PROPERTIES TIMEOUT 900 PROCESSORS ${processors}
      ENVIRONMENT "${ARCUATE_TEST_ENVIRONMENT}")
  endforeach()
endfunction()

# tests/cli: the program as a user runs it. Two halves side by side: half of their time is waiting.
function(arcuate_cli_tests)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/cli/*.cpp)
  if(sources)
    arcuate_test_target(cli_tests cli ${CMAKE_CURRENT_SOURCE_DIR}/support/main.cpp)
    foreach(half 0 1)
      add_test(NAME cli_tests_${half} COMMAND cli_tests --gtest_color=no)
      set_tests_properties(cli_tests_${half} PROPERTIES TIMEOUT 2700 ENVIRONMENT
        "${ARCUATE_TEST_ENVIRONMENT};GTEST_TOTAL_SHARDS=2;GTEST_SHARD_INDEX=${half}")
    endforeach()
    foreach(shim files clock messages lost_messages)  # preloaded by tests of faults
      add_library(shim_${shim} MODULE shims/${shim}.cpp)
      target_compile_options(shim_${shim} PRIVATE ${ARCUATE_WARNINGS} -O1)
      target_link_libraries(shim_${shim} PRIVATE ${CMAKE_DL_LIBS})
      set_target_properties(shim_${shim} PROPERTIES PREFIX "" OUTPUT_NAME ${shim} LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/shims)
      add_dependencies(cli_tests shim_${shim})
    endforeach()
    foreach(shim messages lost_messages)
      target_link_libraries(shim_${shim} PRIVATE MPI::MPI_CXX)
    endforeach()
    add_dependencies(cli_tests arcuate)
  endif()
endfunction()

# src/python/tests: the package with the program of this build, and with its compiled part where that is built.
function(arcuate_python_test)
  set(package ${CMAKE_SOURCE_DIR}/src/python)
  set(python /usr/bin/python3)
  if(ARCUATE_PYTHON)
    set(package ${CMAKE_BINARY_DIR}/python)
    set(python ${Python_EXECUTABLE})
  endif()
  add_test(NAME python COMMAND ${python} ${CMAKE_SOURCE_DIR}/src/python/tests/run.py)
  set_tests_properties(python PROPERTIES TIMEOUT 900 SKIP_RETURN_CODE 77 ENVIRONMENT
    "${ARCUATE_TEST_ENVIRONMENT};ARCUATE=$<TARGET_FILE:arcuate>;ARCUATE_SHARED=${ARCUATE_SHARED};PYTHONPATH=${package};PYTHONDONTWRITEBYTECODE=1")
endfunction()

function(arcuate_layer_test)
  add_test(NAME layers COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR}
    -P ${CMAKE_CURRENT_SOURCE_DIR}/layers/layers.cmake)
endfunction()

function(arcuate_benchmarks)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/bench/*.cpp)
  if(NOT sources)
    return()
  endif()
  find_package(benchmark REQUIRED)
  arcuate_list_models(${CMAKE_BINARY_DIR}/generated/bench/bench_models.hpp)
  add_executable(arcuate_bench ${sources})
  target_include_directories(arcuate_bench PRIVATE ${CMAKE_BINARY_DIR}/generated/bench ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(arcuate_bench PRIVATE arcuate_io benchmark::benchmark)
  target_compile_options(arcuate_bench PRIVATE ${ARCUATE_WARNINGS})
  add_executable(optimise_bench ${CMAKE_CURRENT_SOURCE_DIR}/bench/optimisers/main.cpp)
  target_include_directories(optimise_bench PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(optimise_bench PRIVATE arcuate_optimise)
  target_compile_options(optimise_bench PRIVATE ${ARCUATE_WARNINGS})
  add_executable(tao_bench ${CMAKE_CURRENT_SOURCE_DIR}/bench/optimisers/tao.cpp)
  target_include_directories(tao_bench PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(tao_bench PRIVATE arcuate_optimise PETSC MPI::MPI_CXX)
  target_compile_options(tao_bench PRIVATE ${ARCUATE_WARNINGS})
  set_target_properties(arcuate_bench optimise_bench tao_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
endfunction()

# tests/slurm: jobs on a private cluster, where SLURM is installed. They wait more than they compute.
function(arcuate_slurm_test)
  add_test(NAME slurm COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/slurm/run.sh $<TARGET_FILE:arcuate>
    ${CMAKE_CURRENT_BINARY_DIR}/slurm)
  set_tests_properties(slurm PROPERTIES TIMEOUT 900 SKIP_RETURN_CODE 77 ENVIRONMENT "${ARCUATE_TEST_ENVIRONMENT}")
endfunction()
