// Any bytes as a chunked body: whatever the cuts, the same verdict, body and number of bytes used;
// and any bytes cut into chunks come back. The first byte of the input chooses the cuts.
#include "http/chunked.hpp"
#include "tests/fuzz/invariant.hpp"

#include <algorithm>
#include <string>

using namespace refrain::http;

namespace {

using Status = ChunkDecoder::Status;

struct Reading {
    Status status = Status::need_more;
    std::string body;
    std::size_t consumed = 0;
    std::string_view fault;

    bool operator==(const Reading&) const = default;
};

Reading decode(std::string_view bytes, std::size_t step) {
    ChunkDecoder decoder;
    Reading reading;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        const std::string piece(bytes.substr(at, step));
        std::string_view left = piece;
        do {
            const auto taken = decoder.next(left);
            FUZZ_REQUIRE(taken.consumed <= left.size());
            FUZZ_REQUIRE(taken.data.size() <= taken.consumed);
            FUZZ_REQUIRE(taken.status != Status::data || !taken.data.empty());
            FUZZ_REQUIRE(taken.status != Status::need_more || taken.consumed == left.size());
            reading.status = taken.status;
            reading.body.append(taken.data);
            reading.consumed += taken.consumed;
            left.remove_prefix(taken.consumed);
        } while (reading.status == Status::data);
        if (reading.status != Status::need_more) break;
    }
    reading.fault = decoder.fault();
    FUZZ_REQUIRE((reading.status == Status::invalid) == !reading.fault.empty());
    return reading;
}

std::string encode(std::string_view body, std::size_t step) {
    std::string coded;
    for (std::size_t at = 0; at < body.size(); at += step) {
        const std::string_view piece = body.substr(at, step);
        coded.append(chunk_header(piece.size()).view()).append(piece).append("\r\n");
    }
    return coded.append(kLastChunk);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::size_t step = std::size_t{data[0]} % 32 + 1;
    const std::string bytes(data + 1, data + size);

    const Reading whole = decode(bytes, std::max<std::size_t>(bytes.size(), 1));
    FUZZ_REQUIRE(decode(bytes, step) == whole);
    FUZZ_REQUIRE(whole.body.size() <= bytes.size());

    const std::string coded = encode(bytes, step * 7);
    const Reading back = decode(coded, step);
    FUZZ_REQUIRE(back.status == Status::done);
    FUZZ_REQUIRE(back.body == bytes);
    FUZZ_REQUIRE(back.consumed == coded.size());
    return 0;
}
