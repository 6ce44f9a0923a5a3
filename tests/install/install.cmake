# Installs the build in BUILD to a prefix inside WORK, builds the project in `consumer` against it with
# find_package(arcuate), and runs both that and the installed program.
#   cmake -DBUILD=... -DWORK=... -DCOMPILER=... -DGENERATOR=... -DPYTHON=... -P install.cmake

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

# Completion and man page are what this program says; documents, examples and job templates are there and their links hold.
function(expect_written form file)
  execute_process(COMMAND ${prefix}/bin/arcuate commands ${form} OUTPUT_VARIABLE written)
  file(READ ${prefix}/share/${file} installed)
  if(written STREQUAL "" OR NOT written STREQUAL installed)
    message(FATAL_ERROR "share/${file} is not what 'arcuate commands ${form}' writes")
  endif()
endfunction()
expect_written(bash bash-completion/completions/arcuate)
expect_written(zsh zsh/site-functions/_arcuate)
expect_written(fish fish/vendor_completions.d/arcuate.fish)
expect_written(man man/man1/arcuate.1)
set(share ${prefix}/share/arcuate)
run(${prefix}/bin/arcuate check ${share}/jobs/examples/quickstart.yml)
# The program that the verb becomes is found from where it is installed.
run(${prefix}/bin/arcuate steady ${share}/jobs/examples/quickstart.yml --starts 2 --roots 4 --output ${WORK}/rest.h5)
expect("fixed point.* from ")
foreach(file LICENSE jobs/arcuate.sbatch jobs/Dockerfile jobs/arcuate.def jobs/environment.yml jobs/spack.yaml)
  if(NOT EXISTS ${share}/${file})
    message(FATAL_ERROR "share/arcuate/${file} is not installed")
  endif()
endforeach()
file(GLOB_RECURSE pages ${share}/*.md)
foreach(page ${pages})
  file(READ ${page} text)
  # Brackets and semicolons have a meaning in lists.
  string(REPLACE "](" "<link>" text "${text}")
  string(REGEX REPLACE "```[^`]*```|[][;]" " " text "${text}")
  string(REGEX MATCHALL "<link>[^)#:]+" links "${text}")
  get_filename_component(folder ${page} DIRECTORY)
  foreach(link ${links})
    string(REPLACE "<link>" "" link "${link}")
    if(NOT link MATCHES "^https?$" AND NOT EXISTS ${folder}/${link})
      message(FATAL_ERROR "${page}: its link to ${link} leads nowhere")
    endif()
  endforeach()
endforeach()
run(${PYTHON} ${CMAKE_CURRENT_LIST_DIR}/environments.py ${share}/jobs)
run(bash ${CMAKE_CURRENT_LIST_DIR}/run_packages.sh ${prefix}/bin/arcuate ${share}/jobs)
run(bash ${CMAKE_CURRENT_LIST_DIR}/sbatch.sh ${prefix} ${CMAKE_CURRENT_LIST_DIR}/../.. ${WORK}/sbatch)
expect("finds the program")

# Where the program does not run (another processor, no MPI on a login node), the rest is installed, and it is said.
run(${CMAKE_COMMAND} -E env OMPI_MCA_pml=none_of_this_name
  ${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/elsewhere)
expect("Without completion and man page \\(bash\\): the program does not run here")
if(NOT EXISTS ${WORK}/elsewhere/bin/arcuate OR EXISTS ${WORK}/elsewhere/share/man/man1/arcuate.1)
  message(FATAL_ERROR "an installation without the program's own words must have the rest, and no empty page")
endif()

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
