#include "samples/demo_provider/recording.hpp"

#include "providers/audio/sound.hpp"
#include "samples/demo_provider/text.hpp"

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

namespace refrain::demo {
namespace {

struct Memory {
    std::string_view bytes;
    sf_count_t at = 0;
};

Memory& memory_of(void* user) {
    return *static_cast<Memory*>(user);
}

sf_count_t size_of(void* user) {
    return static_cast<sf_count_t>(memory_of(user).bytes.size());
}

sf_count_t seek_in(sf_count_t offset, int whence, void* user) {
    Memory& memory = memory_of(user);
    const sf_count_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? memory.at : size_of(user);
    memory.at = std::clamp<sf_count_t>(base + offset, 0, size_of(user));
    return memory.at;
}

sf_count_t read_from(void* into, sf_count_t count, void* user) {
    Memory& memory = memory_of(user);
    const sf_count_t size = std::clamp<sf_count_t>(count, 0, size_of(user) - memory.at);
    std::memcpy(into, memory.bytes.data() + memory.at, static_cast<std::size_t>(size));
    memory.at += size;
    return size;
}

sf_count_t write_nothing(const void*, sf_count_t, void*) {
    return 0;
}

sf_count_t tell_in(void* user) {
    return memory_of(user).at;
}

// The comment in a sound file's metadata, "" if there is none.
std::string comment_in(std::string_view bytes) {
    Memory memory{bytes};
    SF_VIRTUAL_IO io{size_of, seek_in, read_from, write_nothing, tell_in};
    SF_INFO info{};
    const std::unique_ptr<SNDFILE, decltype(&sf_close)> file(
        sf_open_virtual(&io, SFM_READ, &info, &memory), &sf_close);
    if (!file) return {};
    const char* comment = sf_get_string(file.get(), SF_STR_COMMENT);
    return comment != nullptr ? comment : "";
}

double seconds(std::chrono::milliseconds time) {
    return static_cast<double>(time.count()) / 1000;
}

// Spreads pieces over the recording; times to the hundredth, as Whisper gives them.
std::vector<Stretch> spread(const std::vector<std::string>& pieces, const Recording& recording) {
    std::size_t all = 0;
    for (const std::string& piece : pieces)
        all += piece.size();
    std::vector<Stretch> stretches;
    std::size_t said = 0;
    const auto time_at = [&](std::size_t letters) {
        const double share = static_cast<double>(letters) / static_cast<double>(all);
        return std::round(share * seconds(recording.duration) * 100) / 100;
    };
    for (const std::string& piece : pieces) {
        Stretch stretch{piece, time_at(said), 0};
        said += piece.size();
        stretch.end = time_at(said);
        stretches.push_back(std::move(stretch));
    }
    return stretches;
}

// Cut behind each of these characters.
std::vector<std::string> cut(std::string_view text, std::string_view marks) {
    std::vector<std::string> pieces;
    while (!text.empty()) {
        std::size_t end = std::min(text.find_first_of(marks), text.size());
        end = std::min(text.find_first_not_of(marks, end), text.size());
        const std::string_view piece = text.substr(0, end);
        const auto first = piece.find_first_not_of(' ');
        if (first != piece.npos) pieces.emplace_back(piece.substr(first));
        text.remove_prefix(end);
    }
    return pieces;
}

}  // namespace

std::optional<Recording> listen(std::string_view bytes) {
    using namespace providers::audio;
    const SoundIdentity sound = identify_sound(bytes, IdentityMode::sound);
    if (sound.facts.container == Container::unknown) return std::nullopt;
    Recording recording{comment_in(bytes), sound.facts.duration.value_or(std::chrono::seconds(1))};
    if (recording.text.empty()) {
        Dice dice(sound.digest.hex());
        recording.text = ramble(dice, 1 + dice.below(3));
    }
    return recording;
}

std::vector<Stretch> sentences_of(const Recording& recording) {
    return spread(cut(recording.text, ".!?"), recording);
}

std::vector<Stretch> words_of(const Recording& recording) {
    auto words = cut(recording.text, " ");
    for (std::string& word : words)
        word.erase(std::min(word.find_first_of(" .,!?"), word.size()));
    std::erase(words, "");
    return spread(words, recording);
}

}  // namespace refrain::demo
