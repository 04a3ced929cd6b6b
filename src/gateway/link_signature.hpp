// Signed, expiring links (docs/audio.md): HMAC-SHA-256 over the file's name, the time it ends and
// the id of the key. Two keys at once let one take over from the other. Pure.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refrain::gateway {

class LinkKeys {
  public:
    // "id:secret" or "id:secret,id2:secret2"; the first signs, each is accepted. "" is no keys. An
    // error never tells a secret.
    static Result<LinkKeys> parse(std::string_view text);

    // Without keys links are not signed, and signatures mean nothing.
    bool empty() const noexcept { return keys_.empty(); }

    // "exp=1793000000&kid=a&sig=<hex>" for "<digest>.mp3". REQUIRES: not empty()
    std::string sign(std::string_view file, WallTime end) const;

    enum class Check {
        good,
        unsigned_link,
        forged,   // or for another file, time or key
        expired,  // but good
    };
    // `query` as it stands in the link.
    Check check(std::string_view file, std::string_view query, WallTime now) const;
    // When a good link ends.
    static WallTime end_of(std::string_view query);

  private:
    std::vector<std::pair<std::string, std::string>> keys_;  // id, secret
};

}  // namespace refrain::gateway
