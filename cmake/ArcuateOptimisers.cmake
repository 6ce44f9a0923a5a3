# Methods of optimisation: one file src/optimise/methods/NAME.cpp and one line here for each.
set(ARCUATE_OPTIMISERS
  random
  sobol
  halton
  hammersley
  lhs
  one_plus_one
  discrete_one_plus_one
  cma
  de
  jde
  lshade
  pso
  tbpsa
  nsga2
  nelder_mead
  cobyla
  bobyqa)

function(arcuate_register_optimisers)
  set(declarations "")
  set(entries "")
  foreach(method ${ARCUATE_OPTIMISERS})
    target_sources(arcuate_optimise PRIVATE ${CMAKE_SOURCE_DIR}/src/optimise/methods/${method}.cpp)
    string(APPEND declarations "extern const MethodKind method_${method};\n")
    string(APPEND entries "&method_${method}, ")
  endforeach()
  set(OPTIMISER_DECLARATIONS "${declarations}")
  set(OPTIMISER_ENTRIES "${entries}")
  configure_file(${CMAKE_SOURCE_DIR}/cmake/optimiser_methods.cpp.in
    ${CMAKE_BINARY_DIR}/generated/optimiser_methods.cpp @ONLY)
  target_sources(arcuate_optimise PRIVATE ${CMAKE_BINARY_DIR}/generated/optimiser_methods.cpp)
  target_include_directories(arcuate_optimise PRIVATE ${CMAKE_SOURCE_DIR}/src/optimise)  # private headers, for methods/
endfunction()
