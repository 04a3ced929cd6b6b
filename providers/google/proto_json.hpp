// Google bodies in one spelling: proto3 JSON may be written in many ways that mean the same message
// (https://protobuf.dev/programming-guides/json), and all of them are to have one key. Pure; used
// by the plans, on the stack.
#pragma once

#include "providers/endpoint.hpp"
#include "providers/google/message.hpp"
#include "providers/json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace refrain::providers::google {

class ProtoReader {
  public:
    explicit ProtoReader(Normalize normalize) : normalize_(normalize) {}

    // Rewrites an object in place: lowerCamelCase names, enumerators by name, numbers as numbers,
    // bytes as their digest; null, zero and empty fields are gone where they mean absent. Fields
    // the message does not know, and values of another type, stay as they were written.
    void read(Json& value, const Message& message);

    // Why the request is not memoized, "" if it is: the first reason found.
    const std::string& refusal() const noexcept { return refusal_; }
    // Neutral fields that were there.
    const std::vector<std::string>& left_out() const noexcept { return left_out_; }

  private:
    void read_field(const Field& field, Json& value);
    void read_single(const Field& field, Json& value);
    void read_text(const Field& field, std::string& text) const;
    void refuse(std::string_view reason);

    Normalize normalize_;
    std::string refusal_;
    std::vector<std::string> left_out_;
};

// The field a JSON name means, by either of its spellings; null if there is none.
const Field* find_field(const Message& message, std::string_view name) noexcept;

}  // namespace refrain::providers::google
