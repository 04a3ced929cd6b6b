// The events that lead up to a response's terminal one, made from its output items. Pure; called
// by responses_stream.
#pragma once

#include "providers/json.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace refrain::providers::openai {

// Numbers the events of one stream and writes them.
class ResponseEvents {
  public:
    // {"type", "sequence_number"} and these members.
    void add(std::string_view type, const Json& members);

    // All events of output item `index`, from output_item.added to output_item.done.
    void add_item(std::size_t index, const Json& item);

    std::string take() { return std::move(stream_); }

  private:
    void add_parts(const Json& place, const Json& item);
    void add_text_part(const Json& place, const Json& part);
    void add_summary(const Json& place, const Json& item);
    void add_call(const Json& place, const Json& item, std::string_view field);

    std::string stream_;
    std::int64_t next_ = 0;
};

}  // namespace refrain::providers::openai
