#include "base/text_code.hpp"
#include "samples/demo_provider/compose.hpp"
#include "samples/demo_provider/google.hpp"
#include "samples/demo_provider/text.hpp"

#include <algorithm>

namespace refrain::demo {
namespace {

std::string text_of_content(const Json& content) {
    return text_in(field_or_null(content, "parts"));
}

// Google writes the types of a schema in capitals.
Json in_lower_case(Json schema) {
    if (schema.is_object() && schema.contains("type") && schema["type"].is_string()) {
        schema["type"] = lower_case(schema["type"].get<std::string>());
    }
    if (!schema.is_structured()) return schema;
    for (Json& member : schema)
        member = in_lower_case(member);
    return schema;
}

void read_tools(const Json& body, Wish& wish) {
    for (const Json& tool : field_or_null(body, "tools")) {
        for (const Json& function : field_or_null(tool, "functionDeclarations")) {
            const Json schema = function.contains("parameters")
                                    ? function.at("parameters")
                                    : field_or_null(function, "parametersJsonSchema");
            wish.tools.push_back(
                {false, function.at("name").get<std::string>(), in_lower_case(schema)});
        }
    }
}

Wish read_wish(const Json& body, const std::string& model) {
    Wish wish;
    wish.meaning = meaning_of(body);
    wish.model = model;
    for (const Json& content : field_or_null(body, "contents")) {
        const std::string text = text_of_content(content);
        const auto role = field_or<std::string>(content, "role", "user");
        wish.all_text += text + "\n";
        if (role == "user" && !text.empty()) wish.prompt = text;
        const Json parts = field_or_null(content, "parts");
        wish.after_tool_result = std::any_of(parts.begin(), parts.end(), [](const Json& part) {
            return part.contains("functionResponse");
        });
    }
    read_tools(body, wish);
    const Json config = field_or_null(body, "generationConfig");
    if (!config.is_object()) return wish;
    wish.wants_json =
        field_or<std::string>(config, "responseMimeType", "text/plain") == "application/json";
    const char* schema =
        config.contains("responseSchema") ? "responseSchema" : "responseJsonSchema";
    wish.schema = in_lower_case(field_or_null(config, schema));
    const Json most = field_or_null(config, "maxOutputTokens");
    if (most.is_number()) wish.most_tokens = most.get<std::size_t>();
    wish.stops = strings_in(field_or_null(config, "stopSequences"));
    return wish;
}

bool wants_sound(const Json& body) {
    const Json config = field_or_null(body, "generationConfig");
    if (!config.is_object()) return false;
    const Json modalities = field_or_null(config, "responseModalities");
    return std::find(modalities.begin(), modalities.end(), Json("AUDIO")) != modalities.end();
}

std::string finish_reason(const Draft& draft) {
    if (draft.ending == Ending::filtered) return "SAFETY";
    return draft.ending == Ending::too_long ? "MAX_TOKENS" : "STOP";
}

// One list of parts for each chunk of a stream.
std::vector<Json> chunks_of(const Draft& draft) {
    std::vector<Json> chunks;
    for (const ToolCall& call : draft.calls) {
        chunks.push_back(Json::array(
            {{{"functionCall",
               {{"id", call.id}, {"name", call.name}, {"args", Json::parse(call.arguments)}}}}}));
    }
    constexpr std::size_t kTokensPerChunk = 6;
    for (std::size_t at = 0; draft.calls.empty() && at < draft.tokens.size();
         at += kTokensPerChunk) {
        std::string text;
        for (std::size_t i = at; i < std::min(at + kTokensPerChunk, draft.tokens.size()); ++i)
            text += draft.tokens[i];
        chunks.push_back(Json::array({{{"text", text}}}));
    }
    return chunks;
}

std::vector<Json> spoken_chunks(const Wish& wish) {
    const std::string sound = tones(wish.prompt, wish.meaning);
    std::vector<Json> chunks;
    constexpr std::size_t kPiece = 48'000;
    for (std::size_t at = 0; at < sound.size(); at += kPiece) {
        chunks.push_back(Json::array({{{"inlineData",
                                        {{"mimeType", "audio/L16;codec=pcm;rate=24000"},
                                         {"data", base64_encode(sound.substr(at, kPiece))}}}}}));
    }
    return chunks;
}

struct Counts {
    std::size_t input = 0;
    std::size_t output = 0;
    std::size_t thoughts = 0;
    std::string modality = "TEXT";
};

Json response_json(const std::string& model,
                   const std::string& id,
                   Json parts,
                   const std::string& finish,
                   const Counts& counts) {
    Json candidate = {{"content", {{"parts", std::move(parts)}, {"role", "model"}}}};
    if (!finish.empty()) candidate["finishReason"] = finish;
    candidate["index"] = 0;
    Json usage = {{"promptTokenCount", counts.input},
                  {"candidatesTokenCount", counts.output},
                  {"totalTokenCount", counts.input + counts.output + counts.thoughts},
                  {"promptTokensDetails", {{{"modality", "TEXT"}, {"tokenCount", counts.input}}}},
                  {"candidatesTokensDetails",
                   {{{"modality", counts.modality}, {"tokenCount", counts.output}}}}};
    if (counts.thoughts > 0) usage["thoughtsTokenCount"] = counts.thoughts;
    return {{"candidates", Json::array({std::move(candidate)})},
            {"usageMetadata", std::move(usage)},
            {"modelVersion", model},
            {"responseId", id}};
}

Answer streamed(const Call& call, const std::vector<Json>& responses) {
    Answer answer;
    const bool is_sse = call.query.find("alt=sse") != std::string::npos;
    answer.content_type = is_sse ? "text/event-stream" : "application/json; charset=UTF-8";
    if (is_sse) answer.headers.emplace_back("Content-Disposition", "attachment");
    for (const Json& response : responses) {
        std::string text;
        if (is_sse) {
            text = "data: " + response.dump() + "\r\n\r\n";
        } else {
            text = (&response == &responses.front() ? "[" : ",\r\n") + response.dump(2) + "\n";
            if (&response == &responses.back()) text += "]";
        }
        answer.events.push_back({text, true});
    }
    return answer;
}

}  // namespace

Answer generate_content(const Call& call, const std::string& model, bool as_stream) {
    if (field_or_null(call.body, "contents").empty()) {
        return google_problem(
            {.message = "* GenerateContentRequest.contents: contents is not specified"});
    }
    const Wish wish = read_wish(call.body, model);
    const bool speaks = wants_sound(call.body);
    const Draft draft = compose(wish, 0);
    const std::vector<Json> chunks = speaks ? spoken_chunks(wish) : chunks_of(draft);
    const std::string id = fresh_id("", 20);
    Counts counts{count_tokens(wish.all_text), 0, speaks ? 0 : draft.reasoning_tokens};
    counts.modality = speaks ? "AUDIO" : "TEXT";
    std::vector<Json> responses;
    Json all_parts = Json::array();
    for (const Json& parts : chunks) {
        counts.output += speaks ? 25 : count_tokens(parts.dump());
        const bool is_last = &parts == &chunks.back();
        responses.push_back(
            response_json(model, id, parts, is_last ? finish_reason(draft) : "", counts));
        for (const Json& part : parts) {
            const bool continues =
                part.contains("text") && !all_parts.empty() && all_parts.back().contains("text");
            if (continues) {
                all_parts.back()["text"].get_ref<std::string&>() += part["text"].get<std::string>();
            } else {
                all_parts.push_back(part);
            }
        }
    }
    if (as_stream) return streamed(call, responses);
    Answer answer =
        json_answer(response_json(model, id, std::move(all_parts), finish_reason(draft), counts));
    answer.content_type = "application/json; charset=UTF-8";
    return answer;
}

Answer count_gemini_tokens(const Call& call) {
    const Json request = call.body.contains("generateContentRequest")
                             ? call.body.at("generateContentRequest")
                             : call.body;
    const Wish wish = read_wish(request, "");
    const std::size_t tokens = count_tokens(wish.all_text);
    return json_answer({{"totalTokens", tokens},
                        {"promptTokensDetails", {{{"modality", "TEXT"}, {"tokenCount", tokens}}}}});
}

Answer embed_content(const Call& call, const std::string& model, bool is_batch) {
    const auto embedding = [&](const Json& request) {
        Dice dice(model + text_of_content(field_or_null(request, "content")));
        Json values = Json::array();
        const auto count = field_or<std::size_t>(request, "outputDimensionality", 768);
        for (std::size_t i = 0; i < std::min<std::size_t>(count, 3072); ++i)
            values.push_back(static_cast<float>(dice.normal()));
        return Json{{"values", std::move(values)}};
    };
    if (!is_batch) return json_answer({{"embedding", embedding(call.body)}});
    Json embeddings = Json::array();
    for (const Json& request : field_or_null(call.body, "requests"))
        embeddings.push_back(embedding(request));
    return json_answer({{"embeddings", std::move(embeddings)}});
}

}  // namespace refrain::demo
