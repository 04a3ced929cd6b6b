// Most chunks of a stream are the one before with another text in it. A chunk that is byte for byte
// the last one but for its text need not be parsed: nothing else of it can say anything new. Pure;
// used by chat_stream_to_whole.
#pragma once

#include "providers/json.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::providers::openai {

class RepeatedChunk {
  public:
    // Takes a chunk that was just read from `data`, as the one that may be repeated.
    void remember(std::string_view data, const Json& chunk);

    // What `data` adds to the content of the choice index(), where that is all it does; false if it
    // must be parsed, as everything that is not well-formed must.
    bool read(std::string_view data, std::string& content);
    std::size_t index() const noexcept { return index_; }

  private:
    bool learn(std::string_view data, const Json& chunk);

    bool known_ = false;
    std::size_t index_ = 0;
    std::string before_;  // up to the content, the quote that opens it included
    std::string after_;   // behind its closing quote: to the end, or to the padding's first quote
    bool is_padded_ = false;  // OpenAI's "obfuscation": never the same, and means nothing
    std::string end_;         // behind the padding
};

}  // namespace refrain::providers::openai
