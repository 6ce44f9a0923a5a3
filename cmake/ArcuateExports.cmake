# The formats of `arcuate export`: one file io/export/formats/NAME.cpp and one line here for each.
set(ARCUATE_EXPORTS
  npz
  csv
  netcdf
  matlab
  tvb
  ptseries
  pconn
  bids)

function(arcuate_register_exports)
  set(declarations "")
  set(entries "")
  foreach(format ${ARCUATE_EXPORTS})
    target_sources(arcuate_export PRIVATE ${CMAKE_SOURCE_DIR}/io/export/formats/${format}.cpp)
    string(APPEND declarations "extern const ExportFormat export_${format};\n")
    string(APPEND entries "&export_${format}, ")
  endforeach()
  set(EXPORT_DECLARATIONS "${declarations}")
  set(EXPORT_ENTRIES "${entries}")
  configure_file(${CMAKE_SOURCE_DIR}/cmake/export_formats.cpp.in
    ${CMAKE_BINARY_DIR}/generated/export_formats.cpp @ONLY)
  target_sources(arcuate_export PRIVATE ${CMAKE_BINARY_DIR}/generated/export_formats.cpp)
endfunction()
