#include "samples/demo_provider/png.hpp"

#include <zlib.h>

#include <string_view>

namespace refrain::demo {
namespace {

std::string big_endian(std::uint32_t number) {
    std::string bytes;
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        bytes += static_cast<char>(static_cast<unsigned char>(number >> shift));
    }
    return bytes;
}

const Bytef* as_bytes(std::string_view text) {
    return reinterpret_cast<const Bytef*>(text.data());
}

std::string png_chunk(const std::string& type, const std::string& data) {
    const std::string covered = type + data;
    const uLong checksum = ::crc32(0, as_bytes(covered), static_cast<uInt>(covered.size()));
    return big_endian(static_cast<std::uint32_t>(data.size())) + covered +
           big_endian(static_cast<std::uint32_t>(checksum));
}

std::string zlib_compressed(const std::string& bytes) {
    uLongf size = ::compressBound(static_cast<uLong>(bytes.size()));
    std::string compressed(size, '\0');
    ::compress(reinterpret_cast<Bytef*>(compressed.data()),
               &size,
               as_bytes(bytes),
               static_cast<uLong>(bytes.size()));
    compressed.resize(size);
    return compressed;
}

}  // namespace

std::string png_of(Colour colour, std::uint32_t side_pixels) {
    std::string rows;
    for (std::uint32_t y = 0; y < side_pixels; ++y) {
        rows += '\0';  // filter: none
        const auto faded = [&](std::uint8_t value) {
            return static_cast<char>(
                static_cast<unsigned char>(value * (side_pixels - y) / side_pixels));
        };
        for (std::uint32_t x = 0; x < side_pixels; ++x) {
            rows += {faded(colour.red), faded(colour.green), faded(colour.blue)};
        }
    }
    const std::string true_colour_8_bit("\x08\x02\x00\x00\x00", 5);
    return std::string("\x89PNG\r\n\x1a\n") +
           png_chunk("IHDR",
                     big_endian(side_pixels) + big_endian(side_pixels) + true_colour_8_bit) +
           png_chunk("IDAT", zlib_compressed(rows)) + png_chunk("IEND", "");
}

}  // namespace refrain::demo
