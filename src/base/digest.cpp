#include "base/digest.hpp"

#include "base/check.hpp"
#include "base/text_code.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstring>

namespace refrain {

namespace {

struct ContextDeleter {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextDeleter>;

// Fetched once: an implicit fetch for each digest costs a third of a short hash.
const EVP_MD* algorithm() {
    static EVP_MD* const kFetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    REFRAIN_CHECK(kFetched != nullptr, "OpenSSL has no SHA-256");
    return kFetched;
}

EVP_MD_CTX* thread_context() {
    thread_local const Context kContext(EVP_MD_CTX_new());
    REFRAIN_CHECK(kContext != nullptr, "out of memory for a digest");
    return kContext.get();
}

void start(EVP_MD_CTX* context) {
    REFRAIN_CHECK(EVP_DigestInit_ex2(context, algorithm(), nullptr) == 1, "SHA-256 init");
}

void feed(EVP_MD_CTX* context, std::string_view bytes) {
    REFRAIN_CHECK(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1, "SHA-256 update");
}

Digest end(EVP_MD_CTX* context) {
    Digest digest;
    REFRAIN_CHECK(EVP_DigestFinal_ex(context, digest.bytes.data(), nullptr) == 1, "SHA-256 final");
    return digest;
}

}  // namespace

std::string Digest::hex() const {
    return hex_encode(view());
}

std::string_view Digest::view() const noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool Digest::is_zero() const noexcept {
    return *this == Digest{};
}

std::optional<Digest> Digest::from_hex(std::string_view hex) {
    if (hex.size() != 64) return std::nullopt;
    const auto raw = hex_decode(hex);
    if (!raw) return std::nullopt;
    return from_raw(*raw);
}

Digest Digest::from_raw(std::string_view raw) {
    REFRAIN_CHECK(raw.size() == 32, "a digest has 32 bytes");
    Digest digest;
    std::memcpy(digest.bytes.data(), raw.data(), raw.size());
    return digest;
}

std::size_t DigestHash::operator()(const Digest& digest) const noexcept {
    std::size_t hash = 0;
    std::memcpy(&hash, digest.bytes.data(), sizeof hash);
    return hash;
}

Digest sha256(std::string_view bytes) {
    EVP_MD_CTX* context = thread_context();
    start(context);
    feed(context, bytes);
    return end(context);
}

Digest sha256_framed(std::initializer_list<std::string_view> fields) {
    EVP_MD_CTX* context = thread_context();
    start(context);
    for (const std::string_view field : fields) {
        std::array<char, 8> length{};
        auto size = static_cast<std::uint64_t>(field.size());
        for (char& byte : length) {
            byte = static_cast<char>(size & 0xff);
            size >>= 8;
        }
        feed(context, {length.data(), length.size()});
        feed(context, field);
    }
    return end(context);
}

Digest hmac_sha256(std::string_view secret, std::string_view message) {
    Digest digest;
    unsigned int size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
    const auto* done = HMAC(algorithm(),
                            secret.data(),
                            static_cast<int>(secret.size()),
                            bytes,
                            message.size(),
                            digest.bytes.data(),
                            &size);
    REFRAIN_CHECK(done != nullptr && size == digest.bytes.size(), "HMAC-SHA-256");
    return digest;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

struct Sha256::State {
    Context context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    REFRAIN_CHECK(state_->context != nullptr, "out of memory for a digest");
    start(state_->context.get());
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
    feed(state_->context.get(), bytes);
}

Digest Sha256::finish() {
    return end(state_->context.get());
}

}  // namespace refrain
