#include "cache/recording.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace refrain;
using namespace refrain::cache;

namespace {

// Of `bytes` bytes, no two neighbourhoods alike.
std::string text_of(std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; text.size() < bytes; ++i)
        text += std::to_string(i) + ' ';
    text.resize(bytes);
    return text;
}

std::vector<Piece> read(const Recording& recording, std::size_t from, std::size_t most) {
    std::vector<Piece> pieces;
    recording.read(from, most, pieces);
    return pieces;
}

std::string joined(const std::vector<Piece>& pieces) {
    std::string text;
    for (const auto& piece : pieces)
        text += *piece;
    return text;
}

constexpr std::size_t kAll = ~std::size_t{0};

}  // namespace

TEST_CASE("Recording: any part of it is read as it came, however it is cut", "[cache][recording]") {
    const std::size_t at_once = GENERATE(1, 250, 4'096, 300'000);
    const std::string text = text_of(300'000);
    Recording recording;
    for (std::size_t at = 0; at < text.size(); at += at_once)
        recording.append(std::string_view(text).substr(at, at_once));

    CHECK(recording.size() == text.size());
    CHECK(joined(read(recording, 0, kAll)) == text);
    for (const std::size_t from : {0, 1, 2'047, 2'048, 2'049, 150'000, 299'999, 300'000}) {
        CHECK(joined(read(recording, from, kAll)) == text.substr(from));
        CHECK(joined(read(recording, from, 5'000)) == text.substr(from, 5'000));
    }
}

TEST_CASE("Recording: what was read stays where it is while more comes", "[cache][recording]") {
    Recording recording;
    recording.append("first");
    const auto before = read(recording, 0, kAll);
    const std::string more = text_of(100'000);
    recording.append(more);

    CHECK(joined(before) == "first");
    CHECK(read(recording, 0, kAll).at(0)->data() == before.at(0)->data());
}

TEST_CASE("Recording: what is expected stands in one piece", "[cache][recording]") {
    Recording recording;
    recording.expect(40'000);
    const std::string text = text_of(40'000);
    for (std::size_t at = 0; at < text.size(); at += 1'000)
        recording.append(std::string_view(text).substr(at, 1'000));

    CHECK(read(recording, 0, kAll).size() == 1);
}

TEST_CASE("Recording: blocks go when all of their bytes may", "[cache][recording]") {
    Recording recording;
    const std::string text = text_of(10'000);
    recording.append(text);
    const std::weak_ptr<const void> first = read(recording, 0, 1).at(0).owner();
    const std::weak_ptr<const void> last = read(recording, 9'999, 1).at(0).owner();

    recording.let_go(1);
    CHECK_FALSE(first.expired());
    recording.let_go(9'999);
    CHECK(first.expired());
    CHECK(joined(read(recording, 9'999, kAll)) == text.substr(9'999));
    recording.let_go(10'000);
    CHECK(last.expired());

    recording.skip(5);
    recording.append("more");
    CHECK(recording.size() == 10'009);
    CHECK(joined(read(recording, 10'005, kAll)) == "more");
}

TEST_CASE("Recording: once the bytes stand elsewhere they are read from there",
          "[cache][recording]") {
    Recording recording;
    recording.append("as it came");
    const auto body = make_body("as it came");

    const std::weak_ptr<const void> old = read(recording, 0, 1).at(0).owner();
    recording.move_to(body);

    CHECK(old.expired());
    CHECK(read(recording, 3, kAll).at(0)->data() == body->view().data() + 3);
}
