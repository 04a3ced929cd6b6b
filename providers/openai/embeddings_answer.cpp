#include "providers/openai/embeddings_answer.hpp"

#include "base/text_code.hpp"
#include "providers/json.hpp"
#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_forms.hpp"
#include "providers/openai/answer_usage.hpp"
#include "providers/openai/embeddings_text.hpp"

#include <algorithm>
#include <vector>

namespace refrain::providers::openai {
namespace {

// Batches are larger than any list of choices.
constexpr std::size_t kMaxBatch = 1'000'000;

// Whether data is [{index, embedding}], with every index from 0 on once, and the vectors in it are
// those that were cut.
bool is_complete(const Json& data, std::size_t vectors) {
    if (data.size() != vectors || vectors > kMaxBatch) {
        return false;
    }
    std::vector<bool> seen(vectors);
    for (std::size_t i = 0; i < vectors; ++i) {
        const Json* index = find(data[i], "index");
        const Json* vector = find(data[i], "embedding");
        if (index == nullptr || !index->is_number_unsigned() || vector == nullptr ||
            !vector->is_number_unsigned() || vector->get<std::size_t>() != i) {
            return false;
        }
        const auto at = index->get<std::size_t>();
        if (at >= vectors || seen[at]) {
            return false;
        }
        seen[at] = true;
    }
    return true;
}

std::optional<std::string> converted(std::string_view vector, bool to_base64) {
    const bool is_array = vector.starts_with('[');
    if (is_array != to_base64) {
        return std::string(vector);
    }
    const auto bytes = float_bytes(vector);
    if (!bytes) {
        return std::nullopt;
    }
    return is_array ? '"' + base64_encode(*bytes) + '"' : float_array(*bytes);
}

}  // namespace

Verdict judge_embeddings(const Plan& plan, const Answer& answer) {
    if (const auto fault = envelope_fault(answer)) {
        return refused(*fault);
    }
    const auto cut = cut_embeddings(answer.body);
    if (!cut) {
        // Neither numbers nor base64, or cut off: whichever, say it as for any JSON.
        return refused(parse_json(answer.body) ? "malformed" : "invalid-json");
    }
    const auto whole = object_of(cut->skeleton);
    if (!whole) {
        return refused(whole.error().message);
    }
    const Json* data = find(*whole, "data");
    if (data == nullptr || !data->is_array()) {
        return refused("malformed");
    }
    if (data->size() < static_cast<std::size_t>(std::max(plan.choices, 1))) {
        return refused("missing-choices");
    }
    const auto has_floats = [](std::string_view vector) { return float_bytes(vector).has_value(); };
    const bool is_good = is_complete(*data, cut->vectors.size()) &&
                         std::all_of(cut->vectors.begin(), cut->vectors.end(), has_floats);
    return is_good ? Verdict{} : refused("malformed");
}

Usage embeddings_usage(const Answer& answer) {
    const auto cut = cut_embeddings(answer.body);
    const auto whole = cut ? object_of(cut->skeleton) : bad_answer("malformed");
    return whole ? prompt_usage(*whole) : Usage{};
}

bool can_render_embeddings(std::string_view recorded_form, std::string_view wanted_form) noexcept {
    const auto is_known = [](std::string_view form) {
        return form == kJsonFloat || form == kJsonBase64;
    };
    return recorded_form == wanted_form || (is_known(recorded_form) && is_known(wanted_form));
}

Result<Rendered> render_embeddings(const Answer& recorded, std::string_view wanted_form) {
    if (!can_render_embeddings(recorded.form, wanted_form)) {
        return failure(ErrorCode::unsupported, Origin::gateway, "no such form of this answer");
    }
    Rendered result{std::string(recorded.content_type), {}};
    if (recorded.form == wanted_form) {
        result.body = recorded.body;
        return result;
    }
    const auto cut = cut_embeddings(recorded.body);
    if (!cut) {
        return bad_answer("malformed");
    }
    const bool to_base64 = wanted_form == kJsonBase64;
    result.body.reserve(to_base64 ? recorded.body.size() : recorded.body.size() * 3);
    const char* kept = recorded.body.data();
    for (const auto vector : cut->vectors) {
        const auto text = converted(vector, to_base64);
        if (!text) {
            return bad_answer("malformed");
        }
        result.body.append(kept, vector.data()).append(*text);
        kept = vector.data() + vector.size();
    }
    result.body.append(kept, recorded.body.data() + recorded.body.size());
    return result;
}

}  // namespace refrain::providers::openai
