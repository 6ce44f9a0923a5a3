# Losses: one header in include/arcuate/loss/catalogue and one line here for each.
set(ARCUATE_LOSSES
  psd_mse:PsdMse
  log_psd_mse:LogPsdMse
  weighted_psd_mse:WeightedPsdMse
  band_power:BandPower
  timeseries_rmse:TimeseriesRmse
  cosine:Cosine
  fc_corr:FcCorr
  fc_rmse:FcRmse
  fcd_ks:FcdKs
  fcd_wasserstein:FcdWasserstein)

function(arcuate_register_losses)
  set(LOSS_INCLUDES "")
  set(LOSS_DEFINITIONS "")
  set(LOSS_ENTRIES "")
  foreach(entry ${ARCUATE_LOSSES})
    string(REPLACE ":" ";" words ${entry})
    list(GET words 0 header)
    list(GET words 1 type)
    string(APPEND LOSS_INCLUDES "#include \"arcuate/loss/catalogue/${header}.hpp\"\n")
    string(APPEND LOSS_DEFINITIONS "const Loss ${header}{${type}::info, &${type}::value};\n")
    string(APPEND LOSS_ENTRIES "&${header}, ")
  endforeach()
  configure_file(${CMAKE_SOURCE_DIR}/cmake/loss_catalogue.cpp.in
    ${CMAKE_BINARY_DIR}/generated/loss_catalogue.cpp @ONLY)
  target_sources(arcuate_loss PRIVATE ${CMAKE_BINARY_DIR}/generated/loss_catalogue.cpp)
endfunction()
