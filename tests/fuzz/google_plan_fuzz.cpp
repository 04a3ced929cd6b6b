// No body breaks a Google plan: it is memoized under a JSON key or bypassed for a reason, and a
// body that is canonical already keeps its key. The first byte chooses the endpoint.
#include "base/check.hpp"
#include "providers/google/endpoints.hpp"
#include "providers/json.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

using namespace refrain;
using namespace refrain::providers;

namespace {

constexpr std::array<std::string_view, 8> kPaths{
    "/v1beta/models/m:generateContent",
    "/v1beta/models/m:streamGenerateContent",
    "/v1beta/models/m:countTokens",
    "/v1beta/models/m:embedContent",
    "/v1beta/models/m:batchEmbedContents",
    "/v1/text:synthesize",
    "/v1/speech:recognize",
    "/v2/projects/p/locations/l/recognizers/_:recognize"};

Plan plan_of(std::string_view path, std::string_view body, Normalize normalize) {
    Request request;
    request.method = "POST";
    request.path = path;
    request.content_type = "application/json";
    request.body = body;
    KeyOptions options;
    options.normalize = normalize;
    return google::endpoint("POST", path)->plan(request, options);
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
    if (plan.bypass.empty()) {
        REFRAIN_CHECK(parse_json(plan.canonical).has_value(), "the key is of JSON");
        const Plan again = plan_of(path, std::string(body) + " \n", normalize);
        REFRAIN_CHECK(again.canonical == plan.canonical, "white space is no part of the key");
    }
    return 0;
}
