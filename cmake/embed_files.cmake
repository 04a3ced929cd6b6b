# cmake -P embed_files.cmake OUTPUT NAME=FILE...: writes OUTPUT, a C++ file that holds the bytes of each FILE under
# its NAME, for src/control/embedded.hpp.
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
list(POP_FRONT words output)

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
#include \"control/embedded.hpp\"

#include <array>

namespace refrain::control {

namespace {

${bytes}
constexpr std::array kFiles{
${rows}};

}  // namespace

std::span<const EmbeddedFile> embedded_files() {
    return kFiles;
}

}  // namespace refrain::control
")
