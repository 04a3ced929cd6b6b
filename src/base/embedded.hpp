// Files that are part of the program: refrain_embed (cmake/Embed.cmake) writes them into a module
// at build time. Constant from the start, so any thread may look.
#pragma once

#include <string_view>

namespace refrain {

struct EmbeddedFile {
    std::string_view name;
    std::string_view bytes;
    std::string_view sha256;  // of the bytes, in hex
};

}  // namespace refrain
