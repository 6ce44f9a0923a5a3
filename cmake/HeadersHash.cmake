# Writes to OUTPUT the SHA-256 over the headers in INCLUDE that a model is compiled from. A plug-in carries it.
#   cmake -DINCLUDE=... -DOUTPUT=... -P HeadersHash.cmake
file(GLOB headers RELATIVE ${INCLUDE} ${INCLUDE}/arcuate/core/*.hpp ${INCLUDE}/arcuate/model/*.hpp)
list(SORT headers)
set(lines "")
foreach(header ${headers})
  file(SHA256 ${INCLUDE}/${header} hash)
  string(APPEND lines "${header} ${hash}\n")
endforeach()
string(SHA256 hash "${lines}")
file(WRITE ${OUTPUT} "inline constexpr const char* headers_sha256 = \"${hash}\";\n")
