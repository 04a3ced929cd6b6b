// SHA-256, the only hash that is an identity here (FIPS 180-4, by OpenSSL), and its keyed form.
// Pure and thread-safe.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace refrain {

// 256 bits that stand for some bytes. All zero means "none".
struct Digest {
    std::array<std::uint8_t, 32> bytes{};

    auto operator<=>(const Digest&) const = default;

    std::string hex() const;
    // The 32 bytes as characters, for storage keys. Valid while this object lives.
    std::string_view view() const noexcept;
    bool is_zero() const noexcept;

    static std::optional<Digest> from_hex(std::string_view hex);
    // REQUIRES: raw.size() == 32
    static Digest from_raw(std::string_view raw);
};

// The digest is uniform already, so any eight of its bytes make a good table hash.
struct DigestHash {
    std::size_t operator()(const Digest& digest) const noexcept;
};

Digest sha256(std::string_view bytes);

// SHA-256 over fields framed by their length (8 bytes little-endian each, then the bytes), so that
// no two different lists of fields can ever be the same bytes.
Digest sha256_framed(std::initializer_list<std::string_view> fields);

// HMAC-SHA-256 (RFC 2104).
Digest hmac_sha256(std::string_view secret, std::string_view message);

// Whether two byte strings are equal, in time that depends on their length alone.
bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

// SHA-256 of bytes that arrive in pieces.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void update(std::string_view bytes);
    // Ends the digest; REQUIRES: not called before on this object.
    Digest finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace refrain
