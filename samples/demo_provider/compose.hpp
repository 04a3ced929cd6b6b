// The "model": decides what to answer, as a pure function of what was asked. Chat, Responses and
// legacy completions put the same Draft in their own words. Thread-safe.
#pragma once

#include "samples/demo_provider/answer.hpp"

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::demo {

struct Tool {
    bool is_custom = false;  // takes free text instead of arguments
    std::string name;
    Json parameters;
};

enum class ToolUse { never, as_the_model_likes, always };

// What a request asks for, in no particular API's terms.
struct Wish {
    std::string meaning;   // all that may change the answer, as one string
    std::string prompt;    // the last thing the user said
    std::string all_text;  // for the bill
    std::string model;
    std::vector<Tool> tools;
    ToolUse tool_use = ToolUse::as_the_model_likes;
    bool parallel_tools = true;
    bool after_tool_result = false;  // the last turn is a tool's, so words are due
    Json schema;                     // of structured output; null for none
    bool wants_json = false;
    std::optional<std::size_t> most_tokens;
    std::vector<std::string> stops;
};

struct ToolCall {
    bool is_custom = false;
    std::string id;  // fresh
    std::string name;
    std::string arguments;
};

enum class Ending { complete, too_long, filtered };

struct Draft {
    std::vector<std::string> tokens;  // join to the text
    bool is_refusal = false;          // the text is a refusal
    std::vector<ToolCall> calls;
    Ending ending = Ending::complete;
    std::size_t reasoning_tokens = 0;  // 0 unless the model reasons
    std::string reasoning_summary;

    std::string text() const;
    std::size_t output_tokens() const;
};

// The `choice`-th answer. A prompt that says "refuse" is refused; "filter me" trips the content
// filter; tools are called whenever the user spoke last, two of them if the prompt says "both".
Draft compose(const Wish& wish, std::size_t choice);

// The body without the fields that cannot change an answer, names sorted.
std::string meaning_of(const Json& body);
// The text of a content field: a string, or parts that hold some.
std::string text_in(const Json& content);
std::vector<std::string> strings_in(const Json& one_or_many);
// "gpt-4o" is answered by a dated snapshot.
std::string snapshot_of(const std::string& model);
bool is_reasoning_model(std::string_view model);

}  // namespace refrain::demo
