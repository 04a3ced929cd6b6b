// Google bodies in one spelling: proto3 JSON may be written in many ways that mean the same message
// (https://protobuf.dev/programming-guides/json), and all of them are to have one key. Pure; used
// by the plans, on the stack.
#pragma once

#include "providers/endpoint.hpp"
#include "providers/google/message.hpp"
#include "providers/json.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::providers::google {

class ProtoReader {
  public:
    // Where enumerators are numbered otherwise than in the tables, numbers are left as they are.
    enum class Numbering { as_in_tables, unknown };

    ProtoReader(const KeyOptions& options, Numbering numbering)
        : options_(options), numbering_(numbering) {}

    // Rewrites an object in place: lowerCamelCase names, enumerators by name, numbers as numbers,
    // bytes as their digest; null, zero and empty fields are gone where they mean absent. Fields
    // the message does not know, and values of another type, stay as they were written.
    void read(Json& value, const Message& message);

    // Why the request is not memoized, "" if it is: the first reason found.
    const std::string& refusal() const noexcept { return refusal_; }
    // Neutral fields that were there.
    const std::vector<std::string>& left_out() const noexcept { return left_out_; }
    // How long the recordings in it play, as far as they say.
    std::chrono::milliseconds sound_duration() const noexcept { return sound_duration_; }

  private:
    // `media_type` is what the message says of its bytes, "" if it does not say.
    void read_field(const Field& field, Json& value, std::string_view media_type);
    void read_single(const Field& field, Json& value, std::string_view media_type);
    void read_text(const Field& field, std::string& text) const;
    void read_bytes(const Field& field, Json& value, std::string_view media_type);
    void refuse(std::string_view reason);

    KeyOptions options_;
    Numbering numbering_;
    std::string refusal_;
    std::vector<std::string> left_out_;
    std::chrono::milliseconds sound_duration_{0};
    bool told_by_sound_ = false;  // the last bytes were keyed by what is heard
};

// The field a JSON name means, by either of its spellings; null if there is none.
const Field* find_field(const Message& message, std::string_view name) noexcept;

}  // namespace refrain::providers::google
