# The catalogue: one header in include/arcuate/model/catalogue and one line here for each model.
# A source per model is generated; four of them are compiled at a time (ARCUATE_UNITY), since a third of what one takes are
# the headers that all share.
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
  reduced_set_fitz_hugh_nagumo:ReducedSetFitzHughNagumo
  reduced_set_hindmarsh_rose:ReducedSetHindmarshRose
  zerlaut_adaptation_first_order:ZerlautAdaptationFirstOrder
  zerlaut_adaptation_second_order:ZerlautAdaptationSecondOrder
  thalamus:Thalamus
  hopf:Hopf
  van_der_pol:VanDerPol
  stuart_landau:StuartLandau
  fitz_hugh_nagumo:FitzHughNagumo
  lorenz:Lorenz
  threshold_linear:ThresholdLinear
  horn:HORN
  wong_wang:WongWang
  brainmass_jansen_rit:BrainmassJansenRit
  brainmass_wilson_cowan:BrainmassWilsonCowan
  brainmass_wilson_cowan_no_saturation:BrainmassWilsonCowanNoSaturation
  brainmass_wilson_cowan_symmetric:BrainmassWilsonCowanSymmetric
  brainmass_wilson_cowan_simplified:BrainmassWilsonCowanSimplified
  brainmass_wilson_cowan_linear:BrainmassWilsonCowanLinear
  brainmass_wilson_cowan_divisive:BrainmassWilsonCowanDivisive
  brainmass_wilson_cowan_divisive_input:BrainmassWilsonCowanDivisiveInput
  brainmass_wilson_cowan_adaptive:BrainmassWilsonCowanAdaptive
  brainmass_wilson_cowan_three_population:BrainmassWilsonCowanThreePopulation
  brainmass_wilson_cowan_delayed:BrainmassWilsonCowanDelayed
  aln:ALN
  bilinear_dcm:BilinearDCM)

# The headers of all models and their list of types, for what is compiled against all of them.
function(arcuate_list_models file)
  set(headers "")
  set(types "")
  foreach(model ${ARCUATE_MODELS})
    string(REPLACE ":" ";" parts ${model})
    list(GET parts 0 header)
    list(GET parts 1 type)
    string(APPEND headers "#include \"arcuate/model/catalogue/${header}.hpp\"\n")
    list(APPEND types "arcuate::model::${type}")
  endforeach()
  list(JOIN types ",\n    " types)
  file(CONFIGURE OUTPUT ${file} CONTENT "#pragma once

${headers}
template <class... Models>
struct ModelList {};
using AllModels = ModelList<
    ${types}>;
")
endfunction()

function(arcuate_register_models)
  set(declarations "")
  set(entries "")
  set(number 0)
  foreach(model ${ARCUATE_MODELS})
    string(REPLACE ":" ";" parts ${model})
    list(GET parts 0 MODEL_HEADER)
    list(GET parts 1 MODEL_STRUCT)
    set(source ${CMAKE_BINARY_DIR}/generated/model_${MODEL_HEADER}.cpp)
    configure_file(${CMAKE_SOURCE_DIR}/cmake/model_entry.cpp.in ${source} @ONLY)
    target_sources(arcuate_model PRIVATE ${source})
    math(EXPR group "${number} / 4")
    math(EXPR number "${number} + 1")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP models_${group})
    string(APPEND declarations "extern const Entry& entry_of_${MODEL_STRUCT}();\n")
    string(APPEND entries "      &entry_of_${MODEL_STRUCT}(),\n")
  endforeach()
  if(ARCUATE_UNITY)
    set_target_properties(arcuate_model PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  endif()
  set(MODEL_DECLARATIONS "${declarations}")
  set(MODEL_ENTRIES "${entries}")
  configure_file(${CMAKE_SOURCE_DIR}/cmake/model_catalogue.cpp.in
    ${CMAKE_BINARY_DIR}/generated/model_catalogue.cpp @ONLY)
  target_sources(arcuate_model PRIVATE ${CMAKE_BINARY_DIR}/generated/model_catalogue.cpp)
endfunction()
