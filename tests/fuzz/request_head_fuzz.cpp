// Any bytes as a request head: whatever the cuts, one verdict and one reading; what is accepted
// holds nothing that could be read as something else. The first byte of the input chooses the cuts.
#include "http/writer.hpp"
#include "tests/fuzz/invariant.hpp"
#include "tests/unit/http/head_reading.hpp"

using namespace refrain::http;
using namespace refrain::http::testing;

namespace {

void check_accepted(const RequestReading& reading, std::string_view bytes) {
    FUZZ_REQUIRE(reading.size_bytes <= bytes.size());
    FUZZ_REQUIRE(bytes.substr(0, reading.size_bytes).ends_with("\r\n\r\n"));
    FUZZ_REQUIRE(is_token(reading.method));
    FUZZ_REQUIRE(reading.target == "*" || reading.target.starts_with('/'));
    FUZZ_REQUIRE(!(reading.chunked && reading.content_length));
    FUZZ_REQUIRE(reading.minor_version == 0 || !reading.host.empty());
    for (const auto& [name, value] : reading.fields) {
        FUZZ_REQUIRE(is_token(name));
        FUZZ_REQUIRE(is_field_value(value));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t step = std::size_t{data[0]} % 32 + 1;
    const std::string bytes(data + 1, data + size);
    const HeadLimits limits{.head_bytes = 2048, .target_bytes = 256, .field_lines = 20};
    const RequestReading whole = read_request(bytes, {}, limits);

    std::vector<std::size_t> cuts;
    for (std::size_t at = 0; at < bytes.size(); at += step)
        cuts.push_back(at);
    const RequestReading cut = read_request(bytes, cuts, limits);

    FUZZ_REQUIRE(cut.status == whole.status);
    if (whole.status == HeadStatus::complete) {
        // What follows the head may already be there or not.
        FUZZ_REQUIRE(cut == whole);
        check_accepted(whole, bytes);
        FUZZ_REQUIRE(read_request(bytes.substr(0, whole.size_bytes), {}, limits) == whole);
        const auto less = read_request(bytes.substr(0, whole.size_bytes - 1), {}, limits);
        FUZZ_REQUIRE(less.status == HeadStatus::incomplete);
    }
    if (whole.status == HeadStatus::invalid) {
        FUZZ_REQUIRE(whole.fault >= 400 && whole.fault < 600 && !whole.sentence.empty());
    }
    return 0;
}
