#include "unit/providers/audio/files.hpp"

#include <random>

namespace refrain::providers::audio {

namespace {

const char* any_sample() {
    return GENERATE("greeting-tagged.wav",
                    "greeting.flac",
                    "greeting.aiff",
                    "greeting-tagged.mp3",
                    "greeting.opus",
                    "greeting.ogg",
                    "greeting.m4a",
                    "greeting-fragmented.m4a",
                    "greeting.aac",
                    "greeting.webm",
                    "greeting-live.webm",
                    "greeting.amr");
}

void check_sense(std::string_view bytes) {
    const SoundIdentity identity = identify(bytes);
    CHECK(identity.digest == identify(bytes).digest);
    CHECK(identity.facts.rate >= 0);
    CHECK(identity.facts.channels >= 0);
    CHECK(identity.facts.frames >= 0);
    if (identity.facts.duration) CHECK(identity.facts.duration->count() >= 0);
}

}  // namespace

TEST_CASE("A sound cut anywhere still has an identity", "[audio][hostile]") {
    const std::string bytes = sample(any_sample());
    for (std::size_t size = 0; size < bytes.size(); size += size < 300 ? 1 : bytes.size() / 40)
        check_sense(std::string_view(bytes).substr(0, size));
}

TEST_CASE("A sound with any bytes damaged still has an identity", "[audio][hostile]") {
    const std::string bytes = sample(any_sample());
    std::mt19937 random(7);
    for (int round = 0; round < 60; ++round) {
        std::string damaged = bytes;
        const std::size_t reach = round % 2 == 0 ? 200 : damaged.size();
        for (int i = 0; i < 4; ++i)
            damaged[random() % reach] = static_cast<char>(round % 3 == 0 ? 0xFF : random());
        check_sense(damaged);
    }
}

}  // namespace refrain::providers::audio
