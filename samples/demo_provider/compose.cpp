#include "samples/demo_provider/compose.hpp"

#include "samples/demo_provider/schema.hpp"
#include "samples/demo_provider/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace refrain::demo {
namespace {

constexpr std::array kIrrelevant = {
    "stream",
    "stream_options",
    "user",
    "metadata",
    "store",
    "service_tier",
    "background",
    "safety_identifier",
    "prompt_cache_key",
    "prompt_cache_retention",
    "prompt_cache_options",
};

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kSnapshots = {{
    {"gpt-4o", "gpt-4o-2024-08-06"},
    {"gpt-4o-mini", "gpt-4o-mini-2024-07-18"},
    {"gpt-4.1", "gpt-4.1-2025-04-14"},
    {"gpt-4.1-mini", "gpt-4.1-mini-2025-04-14"},
    {"o3", "o3-2025-04-16"},
    {"o4-mini", "o4-mini-2025-04-16"},
    {"gpt-5", "gpt-5-2025-08-07"},
}};

bool calls_tools(const Wish& wish) {
    if (wish.tools.empty() || wish.tool_use == ToolUse::never) return false;
    return wish.tool_use == ToolUse::always || !wish.after_tool_result;
}

std::vector<ToolCall> tool_calls(const Wish& wish, Dice& dice) {
    const bool two = wish.parallel_tools && wish.tools.size() > 1 && mentions(wish.prompt, "both");
    std::vector<ToolCall> calls;
    for (std::size_t i = 0; i < (two ? 2U : 1U); ++i) {
        const Tool& tool = wish.tools[i];
        const std::string arguments = tool.is_custom ? "run " + shorten(wish.prompt, 40)
                                                     : sample_of(tool.parameters, dice).dump();
        calls.push_back({tool.is_custom, fresh_id("call_", 24), tool.name, arguments});
    }
    return calls;
}

std::string prose(const Wish& wish, Dice& dice) {
    std::string text = "You asked: “" + shorten(wish.prompt, 60) + "”. ";
    return text + ramble(dice, 1 + dice.below(4));
}

std::string text_for(const Wish& wish, Dice& dice) {
    if (!wish.schema.is_null()) return sample_of(wish.schema, dice).dump();
    if (wish.wants_json) return Json({{"answer", prose(wish, dice)}}).dump();
    return prose(wish, dice);
}

void cut_at_stops(std::string& text, const std::vector<std::string>& stops) {
    for (const std::string& stop : stops) {
        if (!stop.empty()) text = text.substr(0, text.find(stop));
    }
}

}  // namespace

std::string Draft::text() const {
    std::string text;
    for (const std::string& token : tokens)
        text += token;
    return text;
}

std::size_t Draft::output_tokens() const {
    std::size_t count = tokens.size() + reasoning_tokens;
    for (const ToolCall& call : calls)
        count += count_tokens(call.name + call.arguments) + 4;
    return count;
}

Draft compose(const Wish& wish, std::size_t choice) {
    Dice dice(wish.meaning + "#" + std::to_string(choice));
    Draft draft;
    if (is_reasoning_model(wish.model)) {
        draft.reasoning_tokens = 64 * (1 + dice.below(8));
        draft.reasoning_summary = "**Weighing the question**\n\n" + ramble(dice, 2);
    }
    if (mentions(wish.prompt, "refuse")) {
        draft.is_refusal = true;
        draft.tokens = split_tokens("I'm sorry, but I can't help with that.");
        return draft;
    }
    if (mentions(wish.prompt, "filter me")) {
        draft.tokens = split_tokens("The beginning of something that was");
        draft.ending = Ending::filtered;
        return draft;
    }
    if (calls_tools(wish)) {
        draft.calls = tool_calls(wish, dice);
        return draft;
    }
    std::string text = text_for(wish, dice);
    cut_at_stops(text, wish.stops);
    draft.tokens = split_tokens(text);
    if (wish.most_tokens && draft.tokens.size() > *wish.most_tokens) {
        draft.tokens.resize(*wish.most_tokens);
        draft.ending = Ending::too_long;
    }
    return draft;
}

std::string meaning_of(const Json& body) {
    nlohmann::json sorted = body;
    for (const char* name : kIrrelevant)
        sorted.erase(name);
    return sorted.dump();
}

std::string text_in(const Json& content) {
    if (content.is_string()) return content.get<std::string>();
    std::string text;
    if (!content.is_array()) return text;
    for (const Json& part : content) {
        const std::string piece =
            part.is_object() ? field_or<std::string>(part, "text", "") : text_in(part);
        if (!text.empty() && !piece.empty()) text += ' ';
        text += piece;
    }
    return text;
}

std::vector<std::string> strings_in(const Json& one_or_many) {
    if (one_or_many.is_string()) return {one_or_many.get<std::string>()};
    if (one_or_many.is_array()) return one_or_many.get<std::vector<std::string>>();
    return {};
}

std::string snapshot_of(const std::string& model) {
    const auto* const found = std::find_if(kSnapshots.begin(),
                                           kSnapshots.end(),
                                           [&](const auto& pair) { return pair.first == model; });
    return found == kSnapshots.end() ? model : std::string(found->second);
}

bool is_reasoning_model(std::string_view model) {
    return model.starts_with("o1") || model.starts_with("o3") || model.starts_with("o4") ||
           model.starts_with("gpt-5") || model.starts_with("gpt-6");
}

}  // namespace refrain::demo
