// The vectors of an embeddings answer as text: cut out of it, read and written without JSON values
// in between. Pure; called by embeddings_answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::providers::openai {

struct CutEmbeddings {
    std::string skeleton;                   // the text with the number i for its i-th vector
    std::vector<std::string_view> vectors;  // as they stand there: "[0.1,-2e-3]" or "\"AAAA…\""
};

// Cuts every value named "embedding". Absent if one is neither an array nor a string. What is cut
// is not looked at, so `json` is valid only if the skeleton is and each vector has floats.
std::optional<CutEmbeddings> cut_embeddings(std::string_view json);

// A vector as float32, little-endian. Absent unless all numbers are finite and there is at least
// one. An array must be strict JSON, a string strict base64.
std::optional<std::string> float_bytes(std::string_view vector);

// These floats as a JSON array of the shortest numbers that read back as the same float32.
std::string float_array(std::string_view bytes);

}  // namespace refrain::providers::openai
