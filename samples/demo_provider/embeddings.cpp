#include "base/text_code.hpp"
#include "samples/demo_provider/endpoints.hpp"
#include "samples/demo_provider/text.hpp"

#include <bit>
#include <cmath>
#include <cstring>

namespace refrain::demo {
namespace {

static_assert(std::endian::native == std::endian::little,
              "base64 embeddings are little-endian floats");

struct Input {
    std::string text;
    std::size_t tokens = 0;
};

std::vector<Input> inputs_in(const Json& input) {
    if (input.is_string())
        return {{input.get<std::string>(), count_tokens(input.get<std::string>())}};
    if (!input.empty() && input.front().is_number()) return {{input.dump(), input.size()}};
    std::vector<Input> inputs;
    for (const Json& one : input) {
        const std::vector<Input> read = inputs_in(one);
        inputs.insert(inputs.end(), read.begin(), read.end());
    }
    return inputs;
}

// A unit vector. Fewer dimensions are the first ones of the full vector, as with OpenAI's models.
std::vector<float> embed(const std::string& model,
                         const std::string& text,
                         std::size_t dimensions) {
    Dice dice(model + "\n" + text);
    std::vector<double> vector(dimensions);
    double square = 0;
    for (double& value : vector) {
        value = dice.normal();
        square += value * value;
    }
    std::vector<float> unit;
    unit.reserve(dimensions);
    for (const double value : vector)
        unit.push_back(static_cast<float>(value / std::sqrt(square)));
    return unit;
}

Json encoded(const std::vector<float>& vector, bool as_base64) {
    if (!as_base64) return vector;
    std::string bytes(vector.size() * sizeof(float), '\0');
    std::memcpy(bytes.data(), vector.data(), bytes.size());
    return base64_encode(bytes);
}

}  // namespace

Answer embeddings(const Call& call) {
    if (auto wrong = missing_field(call.body, {"model", "input"})) return *std::move(wrong);
    if (auto wrong = unknown_model(call.body)) return *std::move(wrong);
    const auto model = call.body.at("model").get<std::string>();
    const std::size_t native = model.find("3-large") == std::string::npos ? 1536 : 3072;
    const auto dimensions = field_or<std::size_t>(call.body, "dimensions", native);
    if (dimensions == 0 || dimensions > native) {
        return problem_answer({.message = "Invalid value for 'dimensions': at most " +
                                          std::to_string(native) + " for this model.",
                               .param = "dimensions",
                               .code = "invalid_value"});
    }
    const bool as_base64 = field_or<std::string>(call.body, "encoding_format", "float") == "base64";
    Json data = Json::array();
    std::size_t tokens = 0;
    for (const Input& input : inputs_in(call.body.at("input"))) {
        tokens += input.tokens;
        data.push_back({{"object", "embedding"},
                        {"index", data.size()},
                        {"embedding", encoded(embed(model, input.text, dimensions), as_base64)}});
    }
    return json_answer({{"object", "list"},
                        {"data", std::move(data)},
                        {"model", model},
                        {"usage", {{"prompt_tokens", tokens}, {"total_tokens", tokens}}}});
}

}  // namespace refrain::demo
