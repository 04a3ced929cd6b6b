// A small valid PNG (RFC 2083). Pure.
#pragma once

#include <cstdint>
#include <string>

namespace refrain::demo {

struct Colour {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
};

// A square that fades from `colour` to black.
std::string png_of(Colour colour, std::uint32_t side_pixels);

}  // namespace refrain::demo
