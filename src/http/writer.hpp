// Writes the head of a message into a string, refusing bytes that would let one field become two
// (RFC 9110 5.5). Both the listener and the upstream client use it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace refrain::http {

// The standard phrase, "" if there is none.
std::string_view reason_phrase(int status) noexcept;

// Whether a field value is made of visible characters, spaces and tabs only (obs-text allowed).
bool is_field_value(std::string_view value) noexcept;
// Whether it is a token (RFC 9110 5.6.2).
bool is_token(std::string_view name) noexcept;

class HeadWriter {
  public:
    // Appends to `out`, which the caller keeps and reuses.
    explicit HeadWriter(std::string& out) : out_(out) {}

    HeadWriter& status(int status);
    // REQUIRES: the target was parsed or built by us: no white space, no control bytes.
    HeadWriter& request(std::string_view method, std::string_view target);
    // A field whose name or value is not sound is left out, and sound() turns false.
    HeadWriter& field(std::string_view name, std::string_view value);
    HeadWriter& field(std::string_view name, std::uint64_t value);
    // The empty line.
    void end();

    bool sound() const noexcept { return sound_; }

  private:
    std::string& out_;
    bool sound_ = true;
};

}  // namespace refrain::http
