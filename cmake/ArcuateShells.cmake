# Completion for bash, zsh and fish, and the man page: at `cmake --install` the program itself writes them, from the verbs
# and options that it parses. A program for another processor cannot; then they are left out, with a warning.
set(written ${CMAKE_BINARY_DIR}/generated/shells)
install(CODE "
  file(REMOVE_RECURSE \"${written}\")
  file(MAKE_DIRECTORY \"${written}\")
  foreach(form bash zsh fish man)
    execute_process(COMMAND \"${CMAKE_BINARY_DIR}/bin/arcuate\" commands \${form}
      OUTPUT_FILE \"${written}/\${form}\" ERROR_VARIABLE said RESULT_VARIABLE failed TIMEOUT 60)
    if(failed)
      file(REMOVE \"${written}/\${form}\")
      message(WARNING \"Without completion and man page (\${form}): the program does not run here: \${failed} \${said}\")
    endif()
  endforeach()")
function(arcuate_install_written form folder file)
  install(FILES ${written}/${form} DESTINATION ${folder} RENAME ${file} OPTIONAL)
endfunction()
arcuate_install_written(bash ${CMAKE_INSTALL_DATADIR}/bash-completion/completions arcuate)
arcuate_install_written(zsh ${CMAKE_INSTALL_DATADIR}/zsh/site-functions _arcuate)
arcuate_install_written(fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d arcuate.fish)
arcuate_install_written(man ${CMAKE_INSTALL_MANDIR}/man1 arcuate.1)
