include(CMakePackageConfigHelpers)
set(modules core plugin model network analysis loss optimise comm farm partition engine spiking meanfield forecast equilibrium tuning monitor picture hdf5 file journal checkpoint results matrix connectome surface recording features cifti target export study candidates spikes steady run compare search report service io)
list(TRANSFORM modules PREPEND arcuate_ OUTPUT_VARIABLE targets)
install(TARGETS ${targets} EXPORT arcuate-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS arcuate RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS arcuate_solver RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/arcuate)
install(DIRECTORY include/arcuate DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT arcuate-targets NAMESPACE arcuate:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/arcuate)
configure_package_config_file(cmake/arcuate-config.cmake.in ${CMAKE_BINARY_DIR}/arcuate-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/arcuate)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/arcuate-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/arcuate-config.cmake ${CMAKE_BINARY_DIR}/arcuate-config-version.cmake
  cmake/ArcuateDependencies.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/arcuate)

# Documents, examples and job templates, in the folders that their links to each other expect.
set(share ${CMAKE_INSTALL_DATADIR}/arcuate)
install(FILES README.md LICENSE DESTINATION ${share})
install(DIRECTORY docs DESTINATION ${share})
install(DIRECTORY jobs/examples DESTINATION ${share}/jobs)
install(FILES jobs/environment.yml jobs/spack.yaml jobs/Dockerfile jobs/arcuate.def jobs/setup.sh
  DESTINATION ${share}/jobs)
install(PROGRAMS jobs/arcuate.sbatch jobs/cohort.sbatch jobs/container.sh DESTINATION ${share}/jobs)
include(ArcuateShells)
