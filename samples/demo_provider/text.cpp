#include "samples/demo_provider/text.hpp"

#include "base/digest.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numbers>

namespace refrain::demo {
namespace {

constexpr std::array kOpenings = {"In short",
                                  "By and large",
                                  "Put simply",
                                  "As it happens",
                                  "On balance",
                                  "For one thing",
                                  "Above all",
                                  "Curiously"};
constexpr std::array kSubjects = {"a refrain",
                                  "the second verse",
                                  "a quiet river",
                                  "the old map",
                                  "a naïve sketch",
                                  "the café by the harbour",
                                  "a small engine",
                                  "the first draft",
                                  "an honest ledger"};
constexpr std::array kVerbs = {"returns to",
                               "explains",
                               "outlives",
                               "improves",
                               "borrows from",
                               "answers",
                               "remembers",
                               "resembles"};
constexpr std::array kObjects = {"what was asked before",
                                 "its own beginning",
                                 "the longer story",
                                 "a patient listener",
                                 "the cost of asking",
                                 "tomorrow’s weather 🌦️",
                                 "the shape of a wave",
                                 "every careful reader"};
constexpr std::size_t kLongestToken = 12;

template <class Words>
const char* pick(Dice& dice, const Words& words) {
    return words[dice.below(words.size())];
}

bool continues_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace

Dice::Dice(std::string_view seed) : state_(0) {
    const Digest digest = sha256(seed);
    std::memcpy(&state_, digest.bytes.data(), sizeof state_);
}

std::uint64_t Dice::roll() {  // splitmix64
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
    return mixed ^ (mixed >> 31U);
}

std::size_t Dice::below(std::size_t bound) {
    return static_cast<std::size_t>(roll() % bound);
}

double Dice::unit() {
    return static_cast<double>(roll() >> 11U) * 0x1.0p-53;
}

double Dice::normal() {  // Box and Muller
    const double radius = std::sqrt(-2.0 * std::log(1.0 - unit()));
    return radius * std::cos(2.0 * std::numbers::pi * unit());
}

std::string ramble(Dice& dice, std::size_t sentences) {
    std::string text;
    for (std::size_t i = 0; i < sentences; ++i) {
        if (i > 0) text += ' ';
        text += std::string(pick(dice, kOpenings)) + ", " + pick(dice, kSubjects) + " " +
                pick(dice, kVerbs) + " " + pick(dice, kObjects) + ".";
    }
    return text;
}

std::vector<std::string> split_tokens(std::string_view text) {
    std::vector<std::string> tokens;
    while (!text.empty()) {
        std::size_t end = 1;
        while (end < text.size() && end < kLongestToken && text[end] != ' ')
            ++end;
        while (end < text.size() && continues_character(text[end]))
            ++end;
        tokens.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return tokens;
}

std::size_t count_tokens(std::string_view text) {
    const auto inside =
        static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues_character));
    return (text.size() - inside + 3) / 4;
}

std::string shorten(std::string_view text, std::size_t characters) {
    std::size_t end = 0;
    while (end < text.size()) {
        if (!continues_character(text[end]) && characters-- == 0) break;
        ++end;
    }
    return std::string(text.substr(0, end));
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& letter : lower) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    return lower;
}

bool mentions(std::string_view text, std::string_view phrase) {
    return lower_case(text).find(phrase) != std::string::npos;
}

}  // namespace refrain::demo
