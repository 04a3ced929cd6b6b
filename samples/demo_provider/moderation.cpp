#include "samples/demo_provider/compose.hpp"
#include "samples/demo_provider/endpoints.hpp"
#include "samples/demo_provider/text.hpp"

#include <array>
#include <utility>

namespace refrain::demo {
namespace {

// Each category with the word that trips it here.
constexpr std::array<std::pair<const char*, const char*>, 13> kCategories = {{
    {"harassment", "insult"},
    {"harassment/threatening", "threat"},
    {"hate", "hatred"},
    {"hate/threatening", "hateful threat"},
    {"illicit", "smuggle"},
    {"illicit/violent", "explosive"},
    {"self-harm", "self-harm"},
    {"self-harm/intent", "hurt myself"},
    {"self-harm/instructions", "how to self-harm"},
    {"sexual", "explicit"},
    {"sexual/minors", "explicit minor"},
    {"violence", "kill"},
    {"violence/graphic", "gore"},
}};

Json judge(const std::string& text) {
    Dice dice(text);
    Json categories;
    Json scores;
    Json applied;
    bool is_flagged = false;
    for (const auto& [category, word] : kCategories) {
        const bool trips = mentions(text, word);
        is_flagged = is_flagged || trips;
        categories[category] = trips;
        scores[category] = trips ? 0.9 + dice.unit() / 10 : dice.unit() / 1000;
        applied[category] = Json::array({"text"});
    }
    return {{"flagged", is_flagged},
            {"categories", std::move(categories)},
            {"category_scores", std::move(scores)},
            {"category_applied_input_types", std::move(applied)}};
}

}  // namespace

Answer moderations(const Call& call) {
    if (auto wrong = missing_field(call.body, {"input"})) return *std::move(wrong);
    if (auto wrong = unknown_model(call.body)) return *std::move(wrong);
    const Json& input = call.body.at("input");
    Json results = Json::array();
    if (input.is_array() && !input.empty() && input.front().is_string()) {
        for (const Json& one : input)
            results.push_back(judge(one.get<std::string>()));
    } else {
        results.push_back(judge(text_in(input)));
    }
    return json_answer(
        {{"id", fresh_id("modr-", 29)},
         {"model", field_or<std::string>(call.body, "model", "omni-moderation-latest")},
         {"results", std::move(results)}});
}

}  // namespace refrain::demo
