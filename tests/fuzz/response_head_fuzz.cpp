// Any bytes as a response head: whatever the cuts, one verdict and one reading. The first byte of
// the input chooses the cuts, and whether the answer is to HEAD.
#include "http/writer.hpp"
#include "tests/fuzz/invariant.hpp"
#include "tests/unit/http/head_reading.hpp"

using namespace refrain::http;
using namespace refrain::http::testing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t step = std::size_t{data[0]} % 32 + 1;
    const bool to_head = data[0] >= 128;
    const std::string bytes(data + 1, data + size);
    const HeadLimits limits{.head_bytes = 2048, .target_bytes = 256, .field_lines = 20};
    const ResponseReading whole = read_response(bytes, to_head, {}, limits);

    std::vector<std::size_t> cuts;
    for (std::size_t at = 0; at < bytes.size(); at += step)
        cuts.push_back(at);
    const ResponseReading cut = read_response(bytes, to_head, cuts, limits);

    FUZZ_REQUIRE(cut.status == whole.status);
    if (whole.status == HeadStatus::complete) {
        FUZZ_REQUIRE(cut == whole);
        FUZZ_REQUIRE(whole.size_bytes <= bytes.size());
        FUZZ_REQUIRE(whole.code >= 100 && whole.code <= 599);
        FUZZ_REQUIRE(is_field_value(whole.reason));
        FUZZ_REQUIRE(!to_head || whole.body == ResponseHead::Body::none);
        FUZZ_REQUIRE(whole.body != ResponseHead::Body::until_close || !whole.keep_alive);
        for (const auto& [name, value] : whole.fields) {
            FUZZ_REQUIRE(is_token(name));
            FUZZ_REQUIRE(is_field_value(value));
        }
    }
    if (whole.status == HeadStatus::invalid) FUZZ_REQUIRE(whole.fault == 502);
    return 0;
}
