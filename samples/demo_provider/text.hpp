// Words, tokens and chance, all of them a pure function of a seed. Thread-compatible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::demo {

// Chance that falls the same way for the same seed, on every machine.
class Dice {
  public:
    explicit Dice(std::string_view seed);

    std::uint64_t roll();
    std::size_t below(std::size_t bound);  // REQUIRES: bound > 0
    double unit();                         // in [0, 1)
    double normal();                       // mean 0, variance 1

  private:
    std::uint64_t state_;
};

// Sentences of small talk, with some letters beyond ASCII among them.
std::string ramble(Dice& dice, std::size_t sentences);

// Pieces of a few letters each that join to `text`; never cut inside a UTF-8 sequence.
std::vector<std::string> split_tokens(std::string_view text);
// What a prompt is billed: about four characters a token.
std::size_t count_tokens(std::string_view text);

// At most `characters` whole code points from the beginning.
std::string shorten(std::string_view text, std::size_t characters);
std::string lower_case(std::string_view text);
// Whether `text` contains `phrase`, without regard to case. REQUIRES: phrase is lower case.
bool mentions(std::string_view text, std::string_view phrase);

}  // namespace refrain::demo
