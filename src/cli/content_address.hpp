// What a file is called by its content: sound by what is heard, JSON by its canonical form, so that
// spacing and the order of names do not count; anything else by its bytes.
#pragma once

#include "base/digest.hpp"
#include "base/error.hpp"
#include "cli/input.hpp"
#include "cli/progress.hpp"
#include "providers/audio/sound.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace refrain::cli {

struct ContentAddress {
    std::string_view kind = "bytes";  // "samples" or "payload" (audio/sound.hpp), "json"
    Digest digest;
    std::uint64_t bytes = 0;  // read
    Digest bytes_digest;
    std::optional<providers::audio::SoundFacts> sound;  // of what looks like a sound
};

// Reads to the end. Only what begins like a sound, up to 1 GiB, or like a JSON object or array, up
// to 64 MiB, is held in memory and looked into. `raw`: nothing is.
Result<ContentAddress> content_address(Input& input, bool raw, Progress& progress);

}  // namespace refrain::cli
