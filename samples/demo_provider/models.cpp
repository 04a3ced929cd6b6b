#include "samples/demo_provider/endpoints.hpp"

#include <array>

namespace refrain::demo {
namespace {

constexpr std::array kModels = {
    "gpt-4o",
    "gpt-4o-mini",
    "gpt-4.1",
    "gpt-4.1-mini",
    "gpt-5",
    "o3",
    "o4-mini",
    "gpt-3.5-turbo-instruct",
    "text-embedding-3-small",
    "text-embedding-3-large",
    "text-embedding-ada-002",
    "omni-moderation-latest",
    "gpt-image-1",
    "dall-e-3",
};

Json model_json(const std::string& id) {
    return {{"id", id}, {"object", "model"}, {"created", 1715367049}, {"owned_by", "system"}};
}

}  // namespace

Answer list_models(const Call& /*call*/) {
    Json data = Json::array();
    for (const char* id : kModels)
        data.push_back(model_json(id));
    return json_answer({{"object", "list"}, {"data", std::move(data)}});
}

Answer get_model(const Call& call) {
    const std::string id = last_segment(call.path);
    if (auto wrong = unknown_model({{"model", id}})) return *std::move(wrong);
    return json_answer(model_json(id));
}

}  // namespace refrain::demo
