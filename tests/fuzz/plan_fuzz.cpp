// No body breaks a plan: it is memoized under a JSON key or bypassed for a reason, and what goes
// upstream still means what the caller said. The first byte chooses the endpoint.
#include "base/check.hpp"
#include "providers/json.hpp"
#include "providers/registry.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

using namespace refrain;
using namespace refrain::providers;

namespace {

constexpr std::array<std::string_view, 6> kPaths{"/v1/chat/completions",
                                                 "/v1/responses",
                                                 "/v1/completions",
                                                 "/v1/embeddings",
                                                 "/v1/moderations",
                                                 "/v1/images/generations"};

Plan plan_of(std::string_view path, std::string_view body, Normalize normalize) {
    Request request;
    request.method = "POST";
    request.path = path;
    request.content_type = "application/json";
    request.body = body;
    return openai_endpoint("POST", path)->plan(request, {normalize});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view path = kPaths[data[0] % kPaths.size()];
    const auto normalize = static_cast<Normalize>(data[0] / kPaths.size() % 3);
    const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);

    const Plan plan = plan_of(path, body, normalize);
    REFRAIN_CHECK(plan.bypass.empty() != plan.canonical.empty(), "memoized or bypassed");
    REFRAIN_CHECK(!plan.wanted_form.empty() && !plan.upstream_form.empty(), "forms are named");
    if (!plan.bypass.empty()) {
        REFRAIN_CHECK(!plan.upstream_body, "a bypassed request is forwarded as it came");
        return 0;
    }
    REFRAIN_CHECK(parse_json(plan.canonical).has_value(), "the key is of JSON");
    if (plan.upstream_body) {
        const Plan upstream = plan_of(path, *plan.upstream_body, normalize);
        REFRAIN_CHECK(upstream.canonical == plan.canonical, "usage injection keeps the key");
        REFRAIN_CHECK(upstream.wanted_form == plan.upstream_form, "and asks for its form");
    }
    return 0;
}
