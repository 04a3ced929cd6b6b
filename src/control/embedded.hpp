// Files that are part of the program, as cmake/embed_files.cmake wrote them at build time.
#pragma once

#include <span>
#include <string_view>

namespace refrain::control {

struct EmbeddedFile {
    std::string_view name;
    std::string_view bytes;
    std::string_view sha256;  // of the bytes, in hex
};

std::span<const EmbeddedFile> embedded_files();

}  // namespace refrain::control
