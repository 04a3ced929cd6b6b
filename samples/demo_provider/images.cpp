#include "base/text_code.hpp"
#include "samples/demo_provider/compose.hpp"
#include "samples/demo_provider/endpoints.hpp"
#include "samples/demo_provider/png.hpp"
#include "samples/demo_provider/text.hpp"

namespace refrain::demo {
namespace {

constexpr std::uint32_t kSidePixels = 32;

std::string colour_name(const std::string& meaning, std::size_t index) {
    Dice dice(meaning + "#" + std::to_string(index));
    std::string bytes;
    for (int i = 0; i < 3; ++i)
        bytes += static_cast<char>(static_cast<unsigned char>(dice.below(256)));
    return hex_encode(bytes);
}

std::string png_named(const std::string& colour) {
    const std::string bytes = hex_decode(colour).value_or("");
    if (bytes.size() != 3) return {};
    return png_of({static_cast<std::uint8_t>(bytes[0]),
                   static_cast<std::uint8_t>(bytes[1]),
                   static_cast<std::uint8_t>(bytes[2])},
                  kSidePixels);
}

Json usage_json(const std::string& prompt, std::size_t count) {
    const std::size_t input = count_tokens(prompt);
    const std::size_t output = 272 * count;  // a low-quality square costs this at OpenAI
    return {{"input_tokens", input},
            {"input_tokens_details", {{"image_tokens", 0}, {"text_tokens", input}}},
            {"output_tokens", output},
            {"output_tokens_details", {{"image_tokens", output}, {"text_tokens", 0}}},
            {"total_tokens", input + output}};
}

Json settings_json(const Json& body) {
    return {{"background", "opaque"},
            {"output_format", "png"},
            {"quality", "low"},
            {"size", field_or<std::string>(body, "size", "1024x1024")}};
}

Json dall_e(const Call& call, const std::string& meaning, std::size_t count) {
    const bool wants_url = field_or<std::string>(call.body, "response_format", "url") == "url";
    Json data = Json::array();
    for (std::size_t i = 0; i < count; ++i) {
        const std::string colour = colour_name(meaning, i);
        Json item = {{"revised_prompt", "A square, " + call.body.at("prompt").get<std::string>()}};
        if (wants_url) {
            item["url"] = call.origin + "/_demo/images/" + colour + ".png";
        } else {
            item["b64_json"] = base64_encode(png_named(colour));
        }
        data.push_back(std::move(item));
    }
    return {{"created", unix_seconds()}, {"data", std::move(data)}};
}

std::vector<Event> events_for(const Json& body, const Json& whole) {
    std::vector<Event> events;
    const auto add = [&](const char* type, const char* name, const Json& value) {
        Json data = {{"type", type},
                     {"b64_json", whole.at("data").at(0).at("b64_json")},
                     {"created_at", whole.at("created")},
                     {name, value}};
        data.update(settings_json(body));
        events.push_back(named_event(type, data, true));
    };
    for (int i = 0; i < field_or(body, "partial_images", 0); ++i) {
        add("image_generation.partial_image", "partial_image_index", i);
    }
    add("image_generation.completed", "usage", whole.at("usage"));
    return events;
}

}  // namespace

Answer images(const Call& call) {
    if (auto wrong = missing_field(call.body, {"prompt"})) return *std::move(wrong);
    if (auto wrong = unknown_model(call.body)) return *std::move(wrong);
    const std::string meaning = meaning_of(call.body);
    const auto count = field_or<std::size_t>(call.body, "n", 1);
    if (field_or<std::string>(call.body, "model", "dall-e-2").starts_with("dall-e")) {
        return json_answer(dall_e(call, meaning, count));
    }
    Json whole = {{"created", unix_seconds()}, {"data", Json::array()}};
    for (std::size_t i = 0; i < count; ++i) {
        whole["data"].push_back({{"b64_json", base64_encode(png_named(colour_name(meaning, i)))}});
    }
    whole.update(settings_json(call.body));
    whole["usage"] = usage_json(call.body.at("prompt").get<std::string>(), count);
    if (field_or(call.body, "stream", false)) return stream_answer(events_for(call.body, whole));
    return json_answer(whole);
}

Answer demo_image(const Call& call) {
    const std::string name = last_segment(call.path);
    const std::string bytes = png_named(name.substr(0, name.find('.')));
    if (bytes.empty())
        return problem_answer(
            {.status = 404, .message = "No such image.", .param = "", .code = ""});
    Answer answer;
    answer.content_type = "image/png";
    answer.body = bytes;
    return answer;
}

}  // namespace refrain::demo
