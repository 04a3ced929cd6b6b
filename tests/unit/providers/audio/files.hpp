// The recordings in samples/audio, and the parts of WAV files to build others from.
#pragma once

#include "providers/audio/sound.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace refrain::providers::audio {

inline std::string sample(const std::string& name) {
    std::ifstream file(REFRAIN_SOURCE_DIR "/samples/audio/" + name, std::ios::binary);
    CAPTURE(name);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline SoundIdentity identify(std::string_view bytes) {
    return identify_sound(bytes, IdentityMode::sound);
}

inline std::string number(std::uint64_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) {
        text += static_cast<char>((value >> (8 * i)) & 0xFF);
    }
    return text;
}

inline std::string number_be(std::uint64_t value, int bytes) {
    const std::string text = number(value, bytes);
    return {text.rbegin(), text.rend()};
}

// A RIFF chunk with the padding of odd lengths.
inline std::string chunk(std::string_view id, std::string_view content) {
    std::string text(id);
    text += number(content.size(), 4);
    text += content;
    if (content.size() % 2 != 0) text += '\0';
    return text;
}

struct Format {
    std::uint64_t code = 1;
    std::uint64_t channels = 1;
    std::uint64_t rate = 8000;
    std::uint64_t bits = 16;
};

inline std::string format_chunk(const Format& format = {}) {
    const std::uint64_t frame = format.channels * format.bits / 8;
    return chunk("fmt ",
                 number(format.code, 2) + number(format.channels, 2) + number(format.rate, 4) +
                     number(format.rate * frame, 4) + number(frame, 2) + number(format.bits, 2));
}

inline std::string riff(std::string_view chunks) {
    return "RIFF" + number(chunks.size() + 4, 4) + "WAVE" + std::string(chunks);
}

// 100 frames of a sawtooth, 16 bits, mono.
inline std::string some_samples() {
    std::string samples;
    for (std::uint64_t i = 0; i < 100; ++i)
        samples += number(i * 317 & 0xFFFF, 2);
    return samples;
}

inline std::string some_wav() {
    return riff(format_chunk() + chunk("data", some_samples()));
}

}  // namespace refrain::providers::audio
