// Chat with modalities ["text", "audio"]: kept as sound, answered byte for byte.
#include "providers/openai/chat_sound.hpp"

#include "base/text_code.hpp"
#include "providers/openai/endpoints.hpp"

#include <catch2/catch.hpp>

namespace refrain::providers::openai {
namespace {

std::string spoken(const std::string& sound) {
    return R"({"id":"c","object":"chat.completion","created":1,"model":"gpt-audio","choices":[{"index":0,"message":{"role":"assistant","content":null,"refusal":null,"audio":{"id":"a","expires_at":2,"data": ")" +
           base64_encode(sound) +
           R"(","transcript":"say \"data\":\"AAAA\""}},"finish_reason":"stop"}]})";
}

}  // namespace

TEST_CASE("A spoken chat answer is kept as a file and answered as it came",
          "[providers][openai][sound]") {
    const std::string body = spoken(std::string(4800, '\1'));  // raw PCM
    const Answer answer{200, "application/json", body, "json"};

    const auto packed = chat().pack(answer);
    REQUIRE(packed);
    CHECK(packed->body.substr(0, 4) == "RIFF");
    const Answer kept{200, "application/json", packed->body, packed->form, packed->envelope};
    REQUIRE(chat().can_render(packed->form, "json"));
    CHECK(chat().render(kept, "json")->body == body);
    CHECK(chat().render(kept, "sse").has_value());
    const auto sound = chat().sound(kept);
    REQUIRE(sound);
    CHECK(sound->extension == "wav");
    CHECK(sound->duration.count() == 100);
}

TEST_CASE("A chat answer without sound is kept as it came", "[providers][openai][sound]") {
    CHECK_FALSE(chat().pack({200, "application/json", spoken(""), "json"}));
    CHECK_FALSE(chat().pack({200, "application/json", R"({"audio":)", "json"}));
    CHECK_FALSE(chat().pack({200, "text/event-stream", spoken("x"), "sse"}));
    CHECK_FALSE(chat().sound({200, "application/json", spoken("x"), "json"}));
}

}  // namespace refrain::providers::openai
