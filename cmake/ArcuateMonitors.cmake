# The kinds of monitors: one file src/monitor/kinds/NAME.cpp and one line here for each. Studies know a kind by its name.
set(ARCUATE_MONITORS
  raw
  temporal_average
  exponential_average
  global_average
  spatial_average
  afferent_coupling
  afferent_coupling_average
  bold
  hrf_bold
  eeg
  meg
  seeg)

function(arcuate_register_monitors)
  set(declarations "")
  set(entries "")
  foreach(kind ${ARCUATE_MONITORS})
    target_sources(arcuate_monitor PRIVATE ${CMAKE_SOURCE_DIR}/src/monitor/kinds/${kind}.cpp)
    string(APPEND declarations "extern const Kind kind_${kind};\n")
    string(APPEND entries "&kind_${kind}, ")
  endforeach()
  set(MONITOR_DECLARATIONS "${declarations}")
  set(MONITOR_ENTRIES "${entries}")
  configure_file(${CMAKE_SOURCE_DIR}/cmake/monitor_kinds.cpp.in
    ${CMAKE_BINARY_DIR}/generated/monitor_kinds.cpp @ONLY)
  target_sources(arcuate_monitor PRIVATE ${CMAKE_BINARY_DIR}/generated/monitor_kinds.cpp)
endfunction()
