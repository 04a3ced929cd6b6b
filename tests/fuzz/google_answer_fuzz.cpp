// Any bytes as a Gemini answer in each of its forms: nothing crashes, what is kept can be rendered
// in every form, and what is packed comes back byte for byte.
#include "base/check.hpp"
#include "providers/embedded_sound.hpp"
#include "providers/google/answer_forms.hpp"
#include "providers/google/endpoints.hpp"
#include "providers/google/generate_answer.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

using namespace refrain;
using namespace refrain::providers;

namespace {

constexpr std::array<std::string_view, 3> kForms{google::kJson, google::kSse, google::kArray};

void check_packed(const Endpoint& endpoint, const Answer& answer) {
    const auto packed = endpoint.pack(answer);
    if (!packed) return;
    const Answer kept{200, answer.content_type, packed->body, packed->form, packed->envelope};
    const auto text = endpoint.render(kept, answer.form);
    REFRAIN_CHECK(text.has_value(), "what is packed can be put together");
    REFRAIN_CHECK(text->body == answer.body, "byte for byte");
    endpoint.sound(kept);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    for (const std::string_view form : kForms) {
        const auto type = form == google::kSse ? google::kSseType : google::kJsonType;
        const Answer answer{200, type, body, form};
        const bool is_kept = google::judge_generate({}, answer).keep();
        google::generate_usage({}, answer);
        for (const std::string_view wanted : kForms) {
            const auto rendered = google::render_generate(answer, wanted);
            REFRAIN_CHECK(!is_kept || rendered.has_value(), "what is kept can be rendered");
        }
        check_packed(google::generate_content(), answer);
    }
    const Answer spoken{200, google::kJsonType, body, google::kJson};
    google::synthesize().judge({}, spoken);
    check_packed(google::synthesize(), spoken);
    google::recognize().usage({}, spoken);
    // Envelopes come back from disk.
    const auto half = size / 2;
    (void)put_sound_back(body.substr(0, half), body.substr(half));
    return 0;
}
