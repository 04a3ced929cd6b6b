// Any bytes have facts and an identity; tags around a lossy file do not change it.
#include "base/check.hpp"
#include "providers/audio/sound.hpp"
#include "tests/fuzz/invariant.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace refrain::providers::audio;

namespace {

using Kind = SoundIdentity::Kind;

void check_facts(const SoundFacts& facts) {
    FUZZ_REQUIRE(facts.rate >= 0 && facts.channels >= 0 && facts.frames >= 0);
    FUZZ_REQUIRE(!facts.duration || facts.duration->count() >= 0);
    FUZZ_REQUIRE(facts.container != Container::unknown || facts == SoundFacts{});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const SoundIdentity sound = identify_sound(bytes, IdentityMode::sound);
    const SoundIdentity plain = identify_sound(bytes, IdentityMode::bytes);

    check_facts(sound.facts);
    FUZZ_REQUIRE(plain.facts == inspect(bytes));
    FUZZ_REQUIRE(plain.kind == Kind::bytes);
    FUZZ_REQUIRE((sound.digest == plain.digest) == (sound.kind == Kind::bytes));
    if (sound.kind == Kind::samples) FUZZ_REQUIRE(sound.facts.frames > 0);
    if (sound.kind == Kind::payload) {
        const std::string tagged =
            std::string("ID3\x04\0\0\0\0\0\x05 tags", 15) + std::string(bytes);
        FUZZ_REQUIRE(identify_sound(tagged, IdentityMode::sound).digest == sound.digest);
    }
    return 0;
}
