// Stored bodies of any bytes, with a right checksum as well; and any bytes as a body.
#include "cache/bytes.hpp"
#include "cache/entry.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace refrain::cache;

namespace {

constexpr std::size_t kLimit = 1 << 20;

void check(std::string_view bytes) {
    const auto body = decode_body(bytes, kLimit);
    if (body && (*body)->size() > kLimit) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check(bytes);
    ByteWriter out;
    out.raw(bytes);
    check(std::move(out).sealed());

    const auto back = decode_body(encode_body(bytes), size);
    if (!back || (*back)->view() != bytes) std::abort();
    return 0;
}
