// Stored entries of any bytes. The checksum is made right first, or hardly an input would pass it.
#include "cache/bytes.hpp"
#include "cache/entry.hpp"
#include "cache/entry_layout.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace refrain::cache;

namespace {

void check(std::string_view bytes) {
    const auto entry = decode_entry(bytes);
    if (!entry) return;
    // One form for one entry.
    if (encode_entry(*entry) != bytes) std::abort();
    const auto facts = peek_entry(bytes);
    if (!facts || facts->expires != entry->expires || facts->created != entry->created)
        std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    static_cast<void>(peek_entry(bytes));
    check(bytes);
    ByteWriter out;
    out.raw(bytes);
    check(std::move(out).sealed());
    return 0;
}
