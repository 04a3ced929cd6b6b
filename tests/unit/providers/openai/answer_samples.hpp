// What the tests of OpenAI's answers share: fixtures, answers around a body, and comparison of JSON
// as data.
#pragma once

#include "providers/endpoint.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace refrain::providers::openai {

inline std::string fixture(const std::string& name) {
    std::ifstream file(REFRAIN_SOURCE_DIR "/tests/unit/providers/openai/fixtures/" + name,
                       std::ios::binary);
    if (!file) {
        throw std::runtime_error("no fixture " + name);
    }
    return {std::istreambuf_iterator<char>(file), {}};
}

// Members in any order, numbers by value.
inline nlohmann::json data_of(std::string_view json) {
    return nlohmann::json::parse(json);
}

inline Answer json_of(std::string_view body, std::string_view form = "json") {
    return {200, "application/json", body, form};
}

inline Answer stream_of(std::string_view body, std::string_view form = "sse+usage") {
    return {200, "text/event-stream; charset=utf-8", body, form};
}

inline Plan plan_for(int choices = 1) {
    Plan plan;
    plan.choices = choices;
    return plan;
}

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    if (at == std::string::npos) {
        throw std::runtime_error("nothing to replace: " + std::string(from));
    }
    return text.replace(at, from.size(), to);
}

// What a filter passes on when the stream comes in two pieces, cut at `at`.
inline std::string passed_in_two(LiveFilter& filter, std::string_view stream, std::size_t at) {
    std::string passed = filter.feed(stream.substr(0, at));
    passed += filter.feed(stream.substr(at));
    return passed + filter.finish();
}

inline std::string passed_bytewise(LiveFilter& filter, std::string_view stream) {
    std::string passed;
    for (const char& byte : stream) {
        passed += filter.feed({&byte, 1});
    }
    return passed + filter.finish();
}

}  // namespace refrain::providers::openai
