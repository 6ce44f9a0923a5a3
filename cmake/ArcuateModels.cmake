# The catalogue: one header in include/arcuate/model/catalogue and one line here for each model.
# A translation unit per model is generated, so that forty models compile in parallel.
set(ARCUATE_MODELS
  linear:Linear
  kuramoto:Kuramoto
  sup_hopf:SupHopf
  generic_2d_oscillator:Generic2dOscillator
  wilson_cowan:WilsonCowan
  jansen_rit:JansenRit
  montbrio_pazo_roxin:MontbrioPazoRoxin
  reduced_wong_wang_exc_inh:ReducedWongWangExcInh
  epileptor:Epileptor
  wendling:Wendling
  reduced_wong_wang:ReducedWongWang
  deco_balanced_exc_inh:DecoBalancedExcInh
  epileptor_2d:Epileptor2D
  epileptor_resting_state:EpileptorRestingState
  epileptor_codim_3:EpileptorCodim3
  epileptor_codim_3_slow_mod:EpileptorCodim3SlowMod
  bvep:BVEP
  hopfield:Hopfield
  zetterberg_jansen:ZetterbergJansen
  larter_breakspear:LarterBreakspear
  coombes_byrne:CoombesByrne
  coombes_byrne_2d:CoombesByrne2D
  gast_schmidt_knosche_sd:GastSchmidtKnosche_SD
  gast_schmidt_knosche_sf:GastSchmidtKnosche_SF
  dumont_gutkin:DumontGutkin
  k_ion_ex:KIonEx
  dopa:Dopa
  liley_steyn_ross:LileySteynRoss
  hindmarsh_rose:HindmarshRose
  morris_lecar:MorrisLecar
  brainmass_wilson_cowan_delayed:BrainmassWilsonCowanDelayed)

function(arcuate_register_models)
  set(declarations "")
  set(entries "")
  foreach(model ${ARCUATE_MODELS})
    string(REPLACE ":" ";" parts ${model})
    list(GET parts 0 MODEL_HEADER)
    list(GET parts 1 MODEL_STRUCT)
    configure_file(${CMAKE_SOURCE_DIR}/cmake/model_entry.cpp.in
      ${CMAKE_BINARY_DIR}/generated/model_${MODEL_HEADER}.cpp @ONLY)
    target_sources(arcuate_model PRIVATE ${CMAKE_BINARY_DIR}/generated/model_${MODEL_HEADER}.cpp)
    string(APPEND declarations "extern const Entry& entry_of_${MODEL_STRUCT}();\n")
    string(APPEND entries "      &entry_of_${MODEL_STRUCT}(),\n")
  endforeach()
  set(MODEL_DECLARATIONS "${declarations}")
  set(MODEL_ENTRIES "${entries}")
  configure_file(${CMAKE_SOURCE_DIR}/cmake/model_catalogue.cpp.in
    ${CMAKE_BINARY_DIR}/generated/model_catalogue.cpp @ONLY)
  target_sources(arcuate_model PRIVATE ${CMAKE_BINARY_DIR}/generated/model_catalogue.cpp)
endfunction()
