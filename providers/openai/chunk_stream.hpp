// What the chunk streams of chat and completions share: the members around `choices`, the usage
// and moderation chunks, "[DONE]". Pure; called by chat_stream and completions_stream.
#pragma once

#include "base/error.hpp"
#include "providers/json.hpp"
#include "providers/openai/answer_events.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace refrain::providers::openai {

// Writes the chunks of a whole answer, which must outlive it.
class ChunkWriter {
  public:
    struct Options {
        std::string_view object;  // "chat.completion.chunk"
        bool include_usage = false;
    };
    ChunkWriter(const Json& whole, const Options& options);

    // One chunk with this choice.
    void add(const Json& choice);
    // The stream with its last chunks and the end mark. Call once.
    std::string finish();

  private:
    void add_chunk(std::string_view members);

    const Json& whole_;
    Options options_;
    std::string head_;   // id … system_fingerprint, in every chunk
    std::string extra_;  // members no document names, in the first chunk only
    std::string stream_;
};

// Reads the chunks of a recorded stream.
class ChunkReader {
  public:
    explicit ChunkReader(std::string_view stream) : events_(stream) {}

    // The next chunk, absent after the end mark. Fails with a reason (answer_checks.hpp).
    Result<std::optional<Json>> next();
    // The same in two steps: the text of the next chunk, valid until the next call, and what it
    // says.
    Result<std::optional<std::string_view>> next_text();
    static Result<Json> parse(std::string_view text);

  private:
    EventReader events_;
    http::SseEvent event_;
    bool done_ = false;
};

// Collects the members around `choices` while the chunks are read.
class ChunkMembers {
  public:
    // False if there are too many.
    bool add(const Json& chunk);
    // The whole answer around these choices.
    Json whole(std::string_view object, Json choices) const;

  private:
    Json seen_ = Json::object();
};

// Where a member of an object being added up is kept, null at first. Null itself if the object has
// more members than any provider sends: names are searched one by one.
Json* slot(Json& object, const std::string& name);
// Sets a member unless that would overwrite a value with null. False if there is no slot.
bool keep_last_set(Json& object, const std::string& name, const Json& value);

// The last usage of a recorded chunk stream or whole answer, with the service tier beside it:
// {"usage": …, "service_tier": …}.
Json usage_members(std::string_view body, std::string_view form);

}  // namespace refrain::providers::openai
