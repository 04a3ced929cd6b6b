// The memoized endpoints of Google's APIs, one object each, alive as long as the program.
#pragma once

#include "providers/endpoint.hpp"

#include <string_view>

namespace refrain::providers::google {

const Endpoint& generate_content();  // {model}:generateContent, :streamGenerateContent
const Endpoint& count_tokens();      // {model}:countTokens
const Endpoint& embed_content();     // {model}:embedContent, :batchEmbedContents
const Endpoint& predict();           // {model}:predict, of Imagen models
const Endpoint& model_catalog();     // GET models
const Endpoint& synthesize();        // text:synthesize
const Endpoint& voice_catalog();     // GET voices
const Endpoint& recognize();         // speech:recognize, v2 recognizers/_:recognize

// The endpoint for a decoded path, null if it is not memoized. The path must match exactly.
const Endpoint* endpoint(std::string_view method, std::string_view path) noexcept;

}  // namespace refrain::providers::google
