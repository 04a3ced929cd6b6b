#include "providers/openai/request_content.hpp"

#include "base/digest.hpp"
#include "base/text_code.hpp"
#include "providers/audio/sound.hpp"
#include "providers/byte_scan.hpp"
#include "providers/openai/answer_checks.hpp"
#include "providers/prompt_text.hpp"

#include <algorithm>
#include <array>
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

using SoundKind = audio::SoundIdentity::Kind;

// How long it plays counts as asked for.
audio::SoundIdentity identify(RequestDraft& draft, std::string_view bytes) {
    auto sound = audio::identify_sound(bytes, draft.audio_identity());
    if (sound.facts.duration) {
        draft.plan().asked.audio_milliseconds += sound.facts.duration->count();
    }
    return sound;
}

Json digest_of(const audio::SoundIdentity& sound) {
    return Json::object({{"sound", name(sound.kind)}, {"sha256", sound.digest.hex()}});
}

// A sound is keyed by what is heard; its media type only where the bytes did not tell.
Json data_of(RequestDraft& draft, std::string_view media_type, std::string_view bytes) {
    if (!media_type.starts_with("audio/")) return digest_of(media_type, bytes);
    const auto sound = identify(draft, bytes);
    return sound.kind == SoundKind::bytes ? digest_of(media_type, bytes) : digest_of(sound);
}

// "data:<media type>;base64,<data>" (RFC 2397) as what it stands for. An object in place of a
// string cannot be mistaken for something a caller wrote there. Absent unless strictly valid.
std::optional<Json> inline_data(RequestDraft& draft, std::string_view url) {
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
    return data_of(draft, media_type, *bytes);
}

void read_link(RequestDraft& draft, Json& value) {
    const std::string_view url = value.get_ref<const std::string&>();
    if (!url.starts_with("data:")) return draft.refuse("external-media");
    if (auto data = inline_data(draft, url)) value = std::move(*data);
}

// Whether `format` names a container, which its bytes name as well. Samples without a container
// ("pcm16") mean another sound at another rate.
bool is_container_name(std::string_view format) noexcept {
    constexpr std::array<std::string_view, 10> kNames{
        "wav", "mp3", "flac", "aiff", "ogg", "opus", "m4a", "mp4", "webm", "aac"};
    return std::find(kNames.begin(), kNames.end(), format) != kNames.end();
}

// {"data": "<base64>", "format": "wav"}. A format that contradicts the bytes is refused by the
// provider, and refusals are not kept; so it need not be in the key.
void read_input_audio(RequestDraft& draft, Json& input) {
    if (!input.is_object()) return;
    const auto data = input.find("data");
    if (data == input.end() || !data->is_string()) return;
    const auto bytes = base64_decode(data->get_ref<const std::string&>());
    if (!bytes) return;
    const auto sound = identify(draft, *bytes);
    *data = digest_of(sound);
    if (sound.kind != SoundKind::bytes && is_container_name(string_of(input, "format"))) {
        input.erase("format");
        draft.note_left_out("format");
    }
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
    if (name == "input_audio") read_input_audio(draft, member);
    if (member.is_string()) {
        if (is_link_name(name)) return read_link(draft, member);
        if (name != "file_data") return;
        if (auto data = inline_data(draft, member.get_ref<const std::string&>())) member = *data;
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

bool has_much_sound(std::string_view body) noexcept {
    constexpr std::size_t kMuch = 64 << 10;
    if (body.size() <= kMuch) return false;
    return contains(body, "\"input_audio\"") || contains(body, "data:audio/");
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
