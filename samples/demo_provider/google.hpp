// What the demo provider answers in Google's formats. Pure functions of the call, from any thread.
#pragma once

#include "samples/demo_provider/answer.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace refrain::demo {

// Whether a path is one of Google's: "/v1beta/…", "…:generateContent", "/v1/text:synthesize" …
bool is_google_call(const Call& call);
// REQUIRES: is_google_call(call)
Answer google(const Call& call);

Answer generate_content(const Call& call, const std::string& model, bool as_stream);
Answer count_gemini_tokens(const Call& call);
Answer embed_content(const Call& call, const std::string& model, bool is_batch);
Answer synthesize(const Call& call);
Answer recognize(const Call& call);

// Google's error object.
struct GoogleProblem {
    int status = 400;
    std::string name = "INVALID_ARGUMENT";
    std::string message;
};
Answer google_problem(const GoogleProblem& problem);

// A tone for each letter: 16-bit mono samples, little-endian, without a header.
inline constexpr int kToneRate = 24'000;
std::string tones(std::string_view text, std::string_view voice);

}  // namespace refrain::demo
