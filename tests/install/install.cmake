# Installs the build in BUILD to a prefix inside WORK, builds the project in `consumer` against it with
# find_package(arcuate), and runs both that and the installed program.
#   cmake -DBUILD=... -DWORK=... -DCOMPILER=... -DGENERATOR=... -P install.cmake

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nexit code ${code}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(expect pattern)
  if(NOT output MATCHES "${pattern}")
    message(FATAL_ERROR "expected '${pattern}' in:\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
set(prefix ${WORK}/prefix)
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})
run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${WORK}/consumer
  -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_BUILD_TYPE=Release)
run(${CMAKE_COMMAND} --build ${WORK}/consumer)
run(${WORK}/consumer/consumer)
expect("models [1-9]")
run(${prefix}/bin/arcuate --version)
expect("^arcuate [0-9]+\\.[0-9]+\\.[0-9]+")
run(${prefix}/bin/arcuate models MontbrioPazoRoxin)
expect("dr/dt")

# A model of one's own, from the installation alone, and from where it may have been moved to.
file(RENAME ${prefix} ${WORK}/moved)
file(MAKE_DIRECTORY ${WORK}/own)
function(arcuate)
  execute_process(COMMAND ${WORK}/moved/bin/arcuate ${ARGN} WORKING_DIRECTORY ${WORK}/own
    RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "arcuate ${ARGN}\nexit code ${code}\n${output}")
  endif()
endfunction()
arcuate(model new Mine)
arcuate(model build Mine.hpp)
file(WRITE ${WORK}/own/study.yml "connectome: { builtin: 20 }
model: { name: Mine, plugin: Mine.so }
coupling: { gain: 0.01 }
duration: 100 ms
monitors: [ { kind: raw, period: 1 ms } ]
")
arcuate(simulate study.yml)
if(NOT EXISTS ${WORK}/own/study.h5)
  message(FATAL_ERROR "no recording of the plug-in's model")
endif()
file(APPEND ${WORK}/moved/include/arcuate/model/kernel.hpp "\n")
execute_process(COMMAND ${WORK}/moved/bin/arcuate model build Mine.hpp WORKING_DIRECTORY ${WORK}/own
  RESULT_VARIABLE code ERROR_VARIABLE output)
if(NOT code EQUAL 3)
  message(FATAL_ERROR "headers of another version: exit code ${code}, ${output}")
endif()
expect("not those that this program was built from")
