# cmake -P embed_files.cmake OUTPUT NAMESPACE::FUNCTION NAME=FILE...: writes OUTPUT, a C++ file whose FUNCTION
# returns the bytes of each FILE under its NAME. Run by refrain_embed (Embed.cmake).
set(words)
math(EXPR last "${CMAKE_ARGC} - 1")
set(seen OFF)
foreach(i RANGE 0 ${last})
    if(seen)
        list(APPEND words "${CMAKE_ARGV${i}}")
    elseif(CMAKE_ARGV${i} MATCHES "embed_files\\.cmake$")
        set(seen ON)
    endif()
endforeach()
list(POP_FRONT words output function)
string(REGEX MATCH "^(.*)::([A-Za-z_]+)$" _ "${function}")
set(namespace "${CMAKE_MATCH_1}")
set(function "${CMAKE_MATCH_2}")

set(bytes "")
set(rows "")
set(number 0)
string(REPEAT "." 64 line)  # hex digits of 32 bytes
foreach(word IN LISTS words)
    string(REGEX MATCH "^([^=]+)=(.+)$" whole "${word}")
    set(name "${CMAKE_MATCH_1}")
    set(file "${CMAKE_MATCH_2}")
    file(READ "${file}" hex HEX)
    file(SHA256 "${file}" digest)
    file(SIZE "${file}" size)
    string(REGEX REPLACE "(${line})" "\\1\n" hex "${hex}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" hex "${hex}")
    string(REPLACE "\n" "\"\n    \"" hex "${hex}")
    string(APPEND bytes "// ${name}\nconstexpr char kFile${number}[] =\n    \"${hex}\";\n")
    string(APPEND rows "    EmbeddedFile{\"${name}\", {kFile${number}, ${size}}, \"${digest}\"},\n")
    math(EXPR number "${number} + 1")
endforeach()

file(WRITE "${output}" "// Written by cmake/embed_files.cmake.
#include \"base/embedded.hpp\"

#include <array>
#include <span>

namespace ${namespace} {

std::span<const EmbeddedFile> ${function}();

namespace {

${bytes}
constexpr std::array kFiles{
${rows}};

}  // namespace

std::span<const EmbeddedFile> ${function}() {
    return kFiles;
}

}  // namespace ${namespace}
")
