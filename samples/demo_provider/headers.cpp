#include "samples/demo_provider/headers.hpp"

#include "base/random.hpp"
#include "base/text_code.hpp"
#include "samples/demo_provider/answer.hpp"

#include <array>
#include <ctime>

namespace refrain::demo {
namespace {

std::string http_date() {  // RFC 9110 5.6.7
    const std::time_t now = unix_seconds();
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::array<char, 40> text{};
    const std::size_t size =
        std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text.data(), size};
}

}  // namespace

std::vector<std::pair<std::string, std::string>> provider_headers(
    std::chrono::milliseconds processing) {
    return {
        {"Date", http_date()},
        {"x-request-id", "req_" + hex_encode(random_bytes(16))},
        {"openai-organization", "demo-org"},
        {"openai-project", "proj_demo"},
        {"openai-processing-ms", std::to_string(processing.count())},
        {"openai-version", "2020-10-01"},
        {"x-ratelimit-limit-requests", "10000"},
        {"x-ratelimit-limit-tokens", "30000000"},
        {"x-ratelimit-remaining-requests", "9999"},
        {"x-ratelimit-remaining-tokens", "29999900"},
        {"x-ratelimit-reset-requests", "6ms"},
        {"x-ratelimit-reset-tokens", "0s"},
        {"access-control-expose-headers", "X-Request-ID"},
        {"strict-transport-security", "max-age=31536000; includeSubDomains; preload"},
        {"x-content-type-options", "nosniff"},
        {"cf-cache-status", "DYNAMIC"},
        {"cf-ray", hex_encode(random_bytes(8)) + "-FRA"},
        {"alt-svc", "h3=\":443\"; ma=86400"},
        {"set-cookie", "__cf_bm=" + fresh_id("", 43) + "; path=/; HttpOnly; Secure; SameSite=None"},
        {"set-cookie", "_cfuvid=" + fresh_id("", 43) + "; path=/; HttpOnly; Secure; SameSite=None"},
    };
}

}  // namespace refrain::demo
