# A folder is a module is a library.
function(arcuate_module name folder)
  cmake_parse_arguments(ARG "" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
  add_library(arcuate_${name} STATIC ${sources})
  add_library(arcuate::${name} ALIAS arcuate_${name})
  set_target_properties(arcuate_${name} PROPERTIES LINKER_LANGUAGE CXX EXPORT_NAME ${name})
  target_include_directories(arcuate_${name} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(arcuate_${name} PUBLIC cxx_std_20)
  target_compile_options(arcuate_${name} PUBLIC ${ARCUATE_CODE} PRIVATE ${ARCUATE_WARNINGS})
  foreach(used ${ARG_USES})
    target_link_libraries(arcuate_${name} PUBLIC arcuate_${used})
  endforeach()
  foreach(library ${ARG_LIBRARIES})
    target_link_libraries(arcuate_${name} PUBLIC ${library})
  endforeach()
endfunction()

# Several modules by one name.
function(arcuate_group name)
  add_library(arcuate_${name} INTERFACE)
  add_library(arcuate::${name} ALIAS arcuate_${name})
  set_target_properties(arcuate_${name} PROPERTIES EXPORT_NAME ${name})
  list(TRANSFORM ARGN PREPEND arcuate_ OUTPUT_VARIABLE modules)
  target_link_libraries(arcuate_${name} INTERFACE ${modules})
endfunction()

# The sources of a target are compiled `size` at a time: their headers are read, and what the headers hold is generated, once
# for all of them. With ARCUATE_UNITY=OFF each is compiled by itself, as a strict run also does.
function(arcuate_together target size)
  if(ARCUATE_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${size})
  endif()
endfunction()

# Some sources of a target in one group, the others each by itself.
#   arcuate_together_only(target group folder source...)
function(arcuate_together_only target group folder)
  list(TRANSFORM ARGN PREPEND ${CMAKE_SOURCE_DIR}/${folder}/)
  set_source_files_properties(${ARGN} PROPERTIES UNITY_GROUP ${group})
  if(ARCUATE_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  endif()
endfunction()

# The version with its commit, looked up at every build.
function(arcuate_note_version)
  set(source ${CMAKE_BINARY_DIR}/generated/version.cpp)
  set(look ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -DVERSION=${PROJECT_VERSION} -DOUTPUT=${source}
    -P ${CMAKE_SOURCE_DIR}/cmake/Version.cmake)
  add_custom_target(arcuate_version COMMAND ${look} BYPRODUCTS ${source} VERBATIM)
  target_sources(arcuate_core PRIVATE ${source})
  add_dependencies(arcuate_core arcuate_version)
endfunction()

# The files of a folder as texts in the program: TARGET's NAME, a std::string_view, holds the files one after another.
#   arcuate_embed(target folder namespace NAME file+file NAME file ...)
function(arcuate_embed target folder namespace)
  set(pairs ${ARGN})
  set(texts)
  set(depends)
  while(pairs)
    list(POP_FRONT pairs name files)
    list(APPEND texts "${name}=${files}")
    string(REPLACE "+" ";" files "${files}")
    list(TRANSFORM files PREPEND ${CMAKE_SOURCE_DIR}/${folder}/)
    list(APPEND depends ${files})
  endwhile()
  list(JOIN texts "," texts)
  set(source ${CMAKE_BINARY_DIR}/generated/${target}_texts.cpp)
  set(script ${CMAKE_SOURCE_DIR}/cmake/EmbedText.cmake)
  add_custom_command(OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR}/${folder} -DTEXTS=${texts} -DNAMESPACE=${namespace}
            -DOUTPUT=${source} -P ${script}
    DEPENDS ${script} ${depends} VERBATIM)
  target_sources(${target} PRIVATE ${source})
endfunction()
