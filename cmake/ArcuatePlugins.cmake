# What `arcuate KIND build` must know of this build: the compiler, the flags that a model of the catalogue is compiled
# with, the headers, and where they will be installed.
set(ARCUATE_PLUGIN_MODULES core plugin model network analysis loss)  # whose headers plug-ins are compiled from (src/plugin/build_facts.cpp)

function(arcuate_plugin_support)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
  set(code ${ARCUATE_CODE} ${ARCUATE_WIDE})
  list(JOIN code " " code)
  string(STRIP "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${build_type}} -fPIC -std=c++20 ${code}" ARCUATE_PLUGIN_FLAGS)
  file(RELATIVE_PATH ARCUATE_INSTALL_INCLUDE ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
  get_target_property(ARCUATE_PLUGIN_INCLUDES Eigen3::Eigen INTERFACE_INCLUDE_DIRECTORIES)
  set(generated ${CMAKE_BINARY_DIR}/generated)
  configure_file(${CMAKE_SOURCE_DIR}/cmake/build_facts.cpp.in ${generated}/build_facts.cpp @ONLY)
  set(patterns ${ARCUATE_PLUGIN_MODULES})
  list(TRANSFORM patterns REPLACE "(.+)" "${CMAKE_SOURCE_DIR}/include/arcuate/\\1/*.hpp")
  file(GLOB headers CONFIGURE_DEPENDS ${patterns})
  list(JOIN ARCUATE_PLUGIN_MODULES "+" modules)
  add_custom_command(OUTPUT ${generated}/headers_sha256.hpp
    COMMAND ${CMAKE_COMMAND} -DINCLUDE=${CMAKE_SOURCE_DIR}/include -DMODULES=${modules}
      -DOUTPUT=${generated}/headers_sha256.hpp -P ${CMAKE_SOURCE_DIR}/cmake/HeadersHash.cmake
    DEPENDS ${headers} ${CMAKE_SOURCE_DIR}/cmake/HeadersHash.cmake VERBATIM)
  target_sources(arcuate_plugin PRIVATE ${generated}/build_facts.cpp ${generated}/headers_sha256.hpp)
  target_include_directories(arcuate_plugin PRIVATE ${generated})
  target_link_libraries(arcuate_plugin PRIVATE ${CMAKE_DL_LIBS})
endfunction()
