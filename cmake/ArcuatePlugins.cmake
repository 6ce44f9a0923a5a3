# What `arcuate model build` must know of this build: the compiler, the flags that a model of the catalogue is compiled
# with, the headers, and where they will be installed.
function(arcuate_plugin_support)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
  set(code ${ARCUATE_CODE} ${ARCUATE_WIDE})
  list(JOIN code " " code)
  string(STRIP "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${build_type}} -fPIC -std=c++20 ${code}" ARCUATE_PLUGIN_FLAGS)
  file(RELATIVE_PATH ARCUATE_INSTALL_INCLUDE ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
  set(generated ${CMAKE_BINARY_DIR}/generated)
  configure_file(${CMAKE_SOURCE_DIR}/cmake/build_facts.cpp.in ${generated}/build_facts.cpp @ONLY)
  file(GLOB headers CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/include/arcuate/core/*.hpp ${CMAKE_SOURCE_DIR}/include/arcuate/model/*.hpp)
  add_custom_command(OUTPUT ${generated}/headers_sha256.hpp
    COMMAND ${CMAKE_COMMAND} -DINCLUDE=${CMAKE_SOURCE_DIR}/include -DOUTPUT=${generated}/headers_sha256.hpp
      -P ${CMAKE_SOURCE_DIR}/cmake/HeadersHash.cmake
    DEPENDS ${headers} ${CMAKE_SOURCE_DIR}/cmake/HeadersHash.cmake VERBATIM)
  target_sources(arcuate_model PRIVATE ${generated}/build_facts.cpp ${generated}/headers_sha256.hpp)
  target_include_directories(arcuate_model PRIVATE ${generated})
  target_link_libraries(arcuate_model PRIVATE ${CMAKE_DL_LIBS})
endfunction()
