#include "samples/demo_provider/voice.hpp"

#include "samples/demo_provider/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace refrain::demo {
namespace {

constexpr std::size_t kTableSize = 1024;
using Wave = std::array<float, kTableSize>;

constexpr double kSyllable = 0.075;  // seconds at speed 1
constexpr double kPause = 0.05;      // between words
constexpr double kBreath = 0.18;     // after a sentence
constexpr float kLoudness = 9'000;

// One period of a sound with those overtones.
Wave wave_of(const std::vector<double>& overtones) {
    Wave wave{};
    double sum = 0;
    for (const double overtone : overtones)
        sum += overtone;
    for (std::size_t i = 0; i < kTableSize; ++i) {
        double value = 0;
        for (std::size_t n = 0; n < overtones.size(); ++n) {
            const double turns = static_cast<double>((n + 1) * i) / kTableSize;
            value += overtones[n] * std::sin(2 * std::numbers::pi * turns);
        }
        wave[i] = static_cast<float>(value / sum);
    }
    return wave;
}

// Vowels differ by their overtones, as in a throat.
const Wave& vowel(std::size_t index) {
    static const std::array<Wave, 5> kVowels{wave_of({1, 0.6, 0.8, 0.5, 0.3, 0.1}),
                                             wave_of({1, 0.3, 0.2, 0.5, 0.4, 0.2}),
                                             wave_of({1, 0.1, 0.1, 0.1, 0.4, 0.5}),
                                             wave_of({1, 0.8, 0.3, 0.1}),
                                             wave_of({1, 0.3, 0.1})};
    return kVowels[index % kVowels.size()];
}

class Mouth {
  public:
    explicit Mouth(const Speaker& speaker) : dice_(speaker.voice + "\n" + speaker.mood) {
        pitch_ = 95 + static_cast<double>(dice_.below(130));
        lilt_ = 2 + static_cast<double>(dice_.below(5));
        speed_ = std::clamp(speaker.speed, 0.25, 4.0);
    }

    void say(unsigned letter, bool voiced) {
        const double steps = static_cast<double>(letter % 7) - 3;
        const double pitch = pitch_ * std::exp2(steps * lilt_ / 36);
        const std::size_t count = samples(kSyllable);
        const Wave& wave = vowel(letter);
        const double advance = pitch * kTableSize / kSpeechRate;
        const std::size_t edge = count / 5;
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t from_edge = std::min(i, count - 1 - i);
            const float swell =
                std::min(1.0F, static_cast<float>(from_edge + 1) / static_cast<float>(edge + 1));
            phase_ = std::fmod(phase_ + advance, static_cast<double>(kTableSize));
            float value = wave[static_cast<std::size_t>(phase_) % kTableSize];
            if (!voiced) value = 0.5F * value + 0.35F * hiss();
            out_.push_back(static_cast<std::int16_t>(value * swell * kLoudness));
        }
    }

    void rest(double seconds) { out_.resize(out_.size() + samples(seconds), 0); }

    std::vector<std::int16_t> take() { return std::move(out_); }

  private:
    std::size_t samples(double seconds) const {
        return static_cast<std::size_t>(seconds * kSpeechRate / speed_);
    }

    float hiss() {
        noise_ = noise_ * 1'664'525U + 1'013'904'223U;
        return static_cast<float>(noise_ >> 16U) / 32'768.0F - 1.0F;
    }

    Dice dice_;
    double pitch_ = 0;
    double lilt_ = 0;
    double speed_ = 1;
    double phase_ = 0;
    std::uint32_t noise_ = 1;
    std::vector<std::int16_t> out_;
};

}  // namespace

std::vector<std::int16_t> speak(std::string_view text, const Speaker& speaker) {
    Mouth mouth(speaker);
    for (const char c : text) {
        const auto letter = static_cast<unsigned char>(c);
        if (letter == ' ' || letter == '\n' || letter == '\t') {
            mouth.rest(kPause);
        } else if (std::string_view(".,;:!?").find(c) != std::string_view::npos) {
            mouth.rest(kBreath);
        } else {
            mouth.say(letter, std::string_view("aeiouyAEIOUY").find(c) != std::string_view::npos);
        }
    }
    mouth.rest(kPause);  // so that even silence lasts a moment
    return mouth.take();
}

}  // namespace refrain::demo
