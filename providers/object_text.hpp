// Writes one JSON object, member by member, where a tree of values would be built only to be
// written. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace refrain::providers {

// REQUIRES of every name: one of ours, that is ASCII without quotes, backslashes and controls.
class ObjectText {
  public:
    ObjectText() { text_.reserve(kUsual); }

    void add(std::string_view name, std::string_view value);
    void add(std::string_view name, std::int64_t value);
    void add_true(std::string_view name);
    // A value that is JSON text already.
    void add_json(std::string_view name, std::string_view json);

    // The whole object. REQUIRES: called once, last.
    std::string take();

  private:
    static constexpr std::size_t kUsual = 192;

    void begin(std::string_view name);

    std::string text_;
};

}  // namespace refrain::providers
