# The features: one file src/analysis/kinds/NAME.cpp and one line here for each. Users know a feature by its name.
set(ARCUATE_FEATURES
  psd
  dominant_frequency
  fc
  fcd
  kuramoto
  phase_locking
  coherence
  autocorrelation_time
  lag_threads
  moments
  intrinsic_ignition
  turbulence
  seizures)

function(arcuate_register_features)
  set(declarations "")
  set(entries "")
  foreach(feature ${ARCUATE_FEATURES})
    target_sources(arcuate_analysis PRIVATE ${CMAKE_SOURCE_DIR}/src/analysis/kinds/${feature}.cpp)
    string(APPEND declarations "extern const Feature feature_${feature};\n")
    string(APPEND entries "&feature_${feature}, ")
  endforeach()
  set(FEATURE_DECLARATIONS "${declarations}")
  set(FEATURE_ENTRIES "${entries}")
  configure_file(${CMAKE_SOURCE_DIR}/cmake/features.cpp.in ${CMAKE_BINARY_DIR}/generated/features.cpp @ONLY)
  target_sources(arcuate_analysis PRIVATE ${CMAKE_BINARY_DIR}/generated/features.cpp)
  target_include_directories(arcuate_analysis PRIVATE ${CMAKE_SOURCE_DIR}/src/analysis)
endfunction()
