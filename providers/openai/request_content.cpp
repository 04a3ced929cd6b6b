#include "providers/openai/request_content.hpp"

#include "base/digest.hpp"
#include "base/text_code.hpp"
#include "providers/openai/answer_checks.hpp"
#include "providers/prompt_text.hpp"

#include <optional>
#include <string>
#include <utility>

namespace refrain::providers::openai {

namespace {

void read_prompt(const RequestDraft& draft, Json& value) {
    if (value.is_string()) normalize_prompt(value.get_ref<std::string&>(), draft.normalize());
}

bool is_text_part(std::string_view type) noexcept {
    return type == "text" || type == "input_text" || type == "output_text";
}

bool is_link_name(std::string_view name) noexcept {
    return name == "url" || name.ends_with("_url");
}

Json digest_of(std::string_view media_type, std::string_view bytes) {
    return Json::object({{"media_type", media_type}, {"sha256", sha256(bytes).hex()}});
}

// "data:<media type>;base64,<data>" (RFC 2397) as what it stands for. An object in place of a
// string cannot be mistaken for something a caller wrote there. Absent unless strictly valid.
std::optional<Json> inline_data(std::string_view url) {
    constexpr std::string_view kScheme = "data:";
    constexpr std::string_view kEncoding = ";base64";
    if (!url.starts_with(kScheme)) return std::nullopt;
    const std::size_t comma = url.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    std::string_view media_type = url.substr(kScheme.size(), comma - kScheme.size());
    if (!media_type.ends_with(kEncoding)) return std::nullopt;
    media_type.remove_suffix(kEncoding.size());
    const auto bytes = base64_decode(url.substr(comma + 1));
    if (!bytes) return std::nullopt;
    return digest_of(media_type, *bytes);
}

void read_link(RequestDraft& draft, Json& value) {
    const std::string_view url = value.get_ref<const std::string&>();
    if (!url.starts_with("data:")) return draft.refuse("external-media");
    if (auto data = inline_data(url)) value = std::move(*data);
}

// {"data": "<base64>", "format": "wav"}
void read_input_audio(Json& audio) {
    if (!audio.is_object()) return;
    const auto data = audio.find("data");
    if (data == audio.end() || !data->is_string()) return;
    const auto bytes = base64_decode(data->get_ref<const std::string&>());
    if (bytes) *data = digest_of("", *bytes);
}

void drop_part_defaults(RequestDraft& draft, Json& part) {
    const bool is_image = find(part, "url") != nullptr || string_of(part, "type") == "input_image";
    if (is_image && string_of(part, "detail") == "auto") {
        part.erase("detail");
        draft.note_left_out("detail");
    }
    // Says where the provider's prompt cache may cut: price, not content.
    if (find(part, "type") != nullptr && part.erase("prompt_cache_breakpoint") > 0) {
        draft.note_left_out("prompt_cache_breakpoint");
    }
}

void read_media_member(RequestDraft& draft, const std::string& name, Json& member) {
    // Where an earlier answer got its facts from: text for the model, not something to fetch.
    if (name == "annotations") return;
    if (name == "file_id" && !member.is_null()) draft.refuse("file-id");
    if (name == "input_audio") read_input_audio(member);
    if (member.is_string()) {
        if (is_link_name(name)) return read_link(draft, member);
        if (name != "file_data") return;
        if (auto data = inline_data(member.get_ref<const std::string&>())) member = *data;
        return;
    }
    read_media(draft, member);
}

}  // namespace

void read_prompts(RequestDraft& draft, std::string_view field) {
    Json* value = draft.find(field);
    if (value == nullptr) return;
    read_prompt(draft, *value);
    if (!value->is_array()) return;
    for (Json& element : *value)
        read_prompt(draft, element);
}

void read_content(const RequestDraft& draft, Json& content) {
    read_prompt(draft, content);
    if (!content.is_array()) return;
    for (Json& part : content) {
        if (!is_text_part(string_of(part, "type"))) continue;
        if (const auto text = part.find("text"); text != part.end()) read_prompt(draft, *text);
    }
}

void read_media(RequestDraft& draft, Json& value) {
    if (value.is_array()) {
        for (Json& element : value)
            read_media(draft, element);
    }
    if (!value.is_object()) return;
    drop_part_defaults(draft, value);
    for (auto& [name, member] : value.get_ref<Json::object_t&>()) {
        read_media_member(draft, name, member);
    }
}

}  // namespace refrain::providers::openai
