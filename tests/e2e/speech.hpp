// What stories about speech share: requests, answers, and links to them.
#pragma once

#include "e2e/gateway.hpp"
#include "support/wav.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace refrain::tests {

inline const std::string kSpeech = "/v1/audio/speech";
inline const httplib::Headers kAsLink{{"X-Refrain-Deliver", "url"}};

// For a WAV; `extra` are more members, each with a leading comma.
inline std::string speech_request(const std::string& text, const std::string& extra = "") {
    return R"({"model":"tts-1","voice":"alloy","response_format":"wav","input":")" + text + "\"" +
           extra + "}";
}

inline Reply sound(const std::string& bytes, const std::string& type = "audio/wav") {
    return Reply::chunked(200, {{"Content-Type", type}}).chunk(bytes).finish();
}

// The answer to a request for a link, taken apart.
inline nlohmann::json link_in(const Answer& answer) {
    return nlohmann::json::parse(answer.body);
}

// The path and query of a link.
inline std::string path_of(const nlohmann::json& link) {
    const auto url = link.at("url").get<std::string>();
    return url.substr(url.find("/audio/"));
}

}  // namespace refrain::tests
