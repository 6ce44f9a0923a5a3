# Writes to OUTPUT, for each of MODULES, the SHA-256 over its headers in INCLUDE. A plug-in carries those of what it is
# compiled from.
#   cmake -DINCLUDE=... -DMODULES=core+model -DOUTPUT=... -P HeadersHash.cmake
string(REPLACE "+" ";" modules ${MODULES})
set(table "")
foreach(module ${modules})
  file(GLOB headers RELATIVE ${INCLUDE} ${INCLUDE}/arcuate/${module}/*.hpp)
  list(SORT headers)
  set(lines "")
  foreach(header ${headers})
    file(SHA256 ${INCLUDE}/${header} hash)
    string(APPEND lines "${header} ${hash}\n")
  endforeach()
  string(SHA256 hash "${lines}")
  string(APPEND table "    {\"${module}\", \"${hash}\"},\n")
endforeach()
file(WRITE ${OUTPUT} "inline constexpr arcuate::plugin::ModuleHeaders headers_sha256_of_modules[] = {\n${table}};\n")
