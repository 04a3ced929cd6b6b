// A stream cut anywhere passes the filters as it does in one piece. The first bytes say where it
// is cut.
#include "base/check.hpp"
#include "providers/openai/responses_echo.hpp"
#include "providers/openai/usage_filter.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace openai = refrain::providers::openai;
using refrain::providers::LiveFilter;

namespace {

constexpr std::size_t kCuts = 4;

std::string passed_whole(LiveFilter& filter, std::string_view stream) {
    std::string passed = filter.feed(stream);
    return passed + filter.finish();
}

// Pieces of as many bytes as the cuts say, in turn; a cut of 0 is an empty piece.
std::string passed_cut(LiveFilter& filter, std::string_view stream, std::string_view cuts) {
    std::string passed;
    for (std::size_t i = 0; !stream.empty(); ++i) {
        const std::size_t wanted = static_cast<unsigned char>(cuts[i % cuts.size()]) + i / kCuts;
        const std::size_t taken = std::min(wanted, stream.size());
        passed += filter.feed(stream.substr(0, taken));
        stream.remove_prefix(taken);
    }
    return passed + filter.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < kCuts) return 0;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto cuts = input.substr(0, kCuts);
    const auto stream = input.substr(kCuts);
    REFRAIN_CHECK(passed_whole(*openai::usage_filter(), stream) ==
                      passed_cut(*openai::usage_filter(), stream, cuts),
                  "usage goes alike wherever the stream is cut");

    const openai::EchoChange change{R"({"user":"ann","metadata":{}})", R"({"user":"bob"})"};
    REFRAIN_CHECK(passed_whole(*openai::echo_filter(change), stream) ==
                      passed_cut(*openai::echo_filter(change), stream, cuts),
                  "the echo is rewritten alike wherever the stream is cut");
    return 0;
}
