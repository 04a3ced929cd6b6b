#include "http/chunked.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace refrain::http;

namespace {

struct Reading {
    ChunkDecoder::Status status = ChunkDecoder::Status::need_more;
    std::string body;
    std::size_t consumed = 0;

    bool operator==(const Reading&) const = default;
};

// Feeds the pieces one after another, each in memory of its own.
Reading decode(const std::vector<std::string>& pieces) {
    using Status = ChunkDecoder::Status;
    ChunkDecoder decoder;
    Reading reading;
    for (const std::string& piece : pieces) {
        std::string_view left = piece;
        for (;;) {
            const auto step = decoder.next(left);
            REQUIRE(step.consumed <= left.size());
            reading.consumed += step.consumed;
            reading.status = step.status;
            reading.body.append(step.data);
            left.remove_prefix(step.consumed);
            if (step.status == Status::done || step.status == Status::invalid) return reading;
            if (step.status == Status::need_more) {
                REQUIRE(left.empty());
                break;
            }
        }
    }
    return reading;
}

std::vector<std::string> one_by_one(std::string_view bytes) {
    std::vector<std::string> pieces;
    for (const char c : bytes)
        pieces.emplace_back(1, c);
    return pieces;
}

constexpr auto kDone = ChunkDecoder::Status::done;
constexpr auto kInvalid = ChunkDecoder::Status::invalid;
constexpr auto kNeedMore = ChunkDecoder::Status::need_more;

}  // namespace

TEST_CASE("ChunkDecoder: a body of several chunks comes out whole and leaves the rest",
          "[http][chunked]") {
    const std::string coded =
        "5\r\nhello\r\n1;name=\"v;\\\"\";x=y;z\r\n \r\n0006\r\nworld!\r\n0\r\nSum: "
        "1\r\nEmpty:\r\n\r\n";

    const Reading reading = decode({coded + "GET / HTTP/1.1\r\n"});

    CHECK(reading.status == kDone);
    CHECK(reading.body == "hello world!");
    CHECK(reading.consumed == coded.size());
}

TEST_CASE("ChunkDecoder: however a body is cut, the reading is the same", "[http][chunked]") {
    const std::string coded =
        "a\r\n0123456789\r\n5;x=y\r\nhello\r\nF\r\n\r\n0\r\n\r\nabcdefgh\r\n0\r\nA: b\r\n\r\n";
    const Reading whole = decode({coded});
    REQUIRE(whole.status == kDone);
    REQUIRE(whole.body == "0123456789hello\r\n0\r\n\r\nabcdefgh");

    for (std::size_t cut = 0; cut <= coded.size(); ++cut) {
        CAPTURE(cut);
        CHECK(decode({coded.substr(0, cut), coded.substr(cut)}) == whole);
        if (cut < coded.size()) CHECK(decode({coded.substr(0, cut)}).status == kNeedMore);
    }
    CHECK(decode(one_by_one(coded)) == whole);
}

TEST_CASE("ChunkDecoder: malformed framing is refused, however it is cut", "[http][chunked]") {
    const auto coded = GENERATE(as<std::string>{},
                                "\r\n",
                                "x\r\n",
                                "g\r\n",
                                "+5\r\nhello\r\n",
                                "-5\r\nhello\r\n",
                                "0x5\r\nhello\r\n",
                                " 5\r\nhello\r\n",
                                "\t5\r\nhello\r\n",
                                "5 \r\nhello\r\n",
                                "5\t;a\r\nhello\r\n",
                                "5.\r\nhello\r\n",
                                "5,5\r\nhello\r\n",
                                ";a=b\r\nhello\r\n",
                                "5\nhello\r\n",
                                "5\rhello\r\n",
                                "5\r\rhello\r\n",
                                "5\r\nhello\n0\r\n\r\n",
                                "5\r\nhello\r0\r\n\r\n",
                                "5\r\nhello!\r\n",
                                "5\r\nhell\r\n0\r\n\r\n",
                                "5;a\nb\r\nhello\r\n",
                                "5;a\rb\r\nhello\r\n",
                                "5;\x01\r\nhello\r\n",
                                "5;\x7f\r\nhello\r\n",
                                "5;\r\nhello\r\n",
                                "5;;a\r\nhello\r\n",
                                "5; a\r\nhello\r\n",
                                "5;=a\r\nhello\r\n",
                                "5;a=\r\nhello\r\n",
                                "5;a=b=c\r\nhello\r\n",
                                "5;a=\"b\r\nhello\r\n0\r\n\r\n",
                                "5;a=\"b\\\r\nhello\r\n",
                                "5;a=\"b\"c\r\nhello\r\n",
                                "5;a\"b\"\r\nhello\r\n",
                                "11111111111111111\r\n",
                                "00000000000000000\r\n\r\n",
                                "0\n\r\n",
                                "0\r\n\n",
                                "0\r\n\rX",
                                "0\r\n: a\r\n\r\n",
                                "0\r\nX a\r\n\r\n",
                                "0\r\nX : a\r\n\r\n",
                                "0\r\n X: a\r\n\r\n",
                                "0\r\nX: a\n\r\n",
                                "0\r\nX: a\rb\r\n\r\n",
                                "0\r\nX: \x02\r\n\r\n",
                                "0\r\nGET / HTTP/1.1\r\n\r\n");
    CAPTURE(coded);

    const Reading whole = decode({coded});

    CHECK(whole.status == kInvalid);
    for (std::size_t cut = 0; cut <= coded.size(); ++cut) {
        CHECK(decode({coded.substr(0, cut), coded.substr(cut)}) == whole);
    }
    CHECK(decode(one_by_one(coded)) == whole);
}

TEST_CASE("ChunkDecoder: the largest size is taken and not allocated", "[http][chunked]") {
    const Reading reading = decode({"ffffffffffffffff\r\nabc"});

    CHECK(reading.status == kNeedMore);
    CHECK(reading.body == "abc");
}

TEST_CASE("ChunkDecoder: an endless extension is refused within 256 bytes", "[http][chunked]") {
    const std::string short_enough = "5;" + std::string(252, 'x') + "\r\nhello\r\n0\r\n\r\n";
    CHECK(decode({short_enough}).status == kDone);

    const Reading reading = decode({"5;" + std::string(10'000, 'x')});
    CHECK(reading.status == kInvalid);
    CHECK(reading.consumed <= 256);
}

TEST_CASE("ChunkDecoder: the limit of a chunk header is for each chunk", "[http][chunked]") {
    std::string coded;
    for (int i = 0; i < 100; ++i)
        coded += "1;" + std::string(200, 'x') + "\r\na\r\n";

    CHECK(decode({coded + "0\r\n\r\n"}).body == std::string(100, 'a'));
}

TEST_CASE("ChunkDecoder: endless trailers are refused within 8 KiB", "[http][chunked]") {
    std::string trailers;
    while (trailers.size() < 20'000)
        trailers += "X: 0123456789\r\n";
    CHECK(decode({"0\r\n" + trailers.substr(0, 15 * 500) + "\r\n"}).status == kDone);

    const Reading reading = decode({"0\r\n" + trailers + "\r\n"});
    CHECK(reading.status == kInvalid);
    CHECK(reading.consumed <= 3 + 8 * 1024);
    CHECK(decode({"0\r\nX: " + std::string(20'000, 'x')}).status == kInvalid);
}

TEST_CASE("ChunkDecoder: done and invalid are final until reset()", "[http][chunked]") {
    ChunkDecoder decoder;
    REQUIRE(decoder.next("0\r\n\r\n").status == kDone);
    CHECK(decoder.next("5\r\n").status == kDone);
    CHECK(decoder.next("5\r\n").consumed == 0);

    decoder.reset();
    REQUIRE(decoder.next("z").status == kInvalid);
    CHECK_FALSE(decoder.fault().empty());
    CHECK(decoder.next("0\r\n\r\n").status == kInvalid);

    decoder.reset();
    CHECK(decoder.fault().empty());
    CHECK(decoder.next("0\r\n\r\n").status == kDone);
}

TEST_CASE("ChunkDecoder: data is a view into the input, not a copy", "[http][chunked]") {
    const std::string input = "5\r\nhello\r\n";
    ChunkDecoder decoder;

    const auto step = decoder.next(input);

    CHECK(step.data.data() == input.data() + 3);
    CHECK(step.consumed == 8);
}

TEST_CASE("chunk_header: writes the size in hexadecimal", "[http][chunked]") {
    CHECK(chunk_header(1).view() == "1\r\n");
    CHECK(chunk_header(500).view() == "1f4\r\n");
    CHECK(chunk_header(65536).view() == "10000\r\n");
    CHECK(chunk_header(SIZE_MAX).view() == "ffffffffffffffff\r\n");
}

TEST_CASE("chunk_header: what is written is read back", "[http][chunked]") {
    const std::string body(1000, 'b');
    std::string coded;
    for (std::size_t at = 0; at < body.size(); at += 300) {
        const std::string piece = body.substr(at, 300);
        coded.append(chunk_header(piece.size()).view()).append(piece).append("\r\n");
    }
    coded.append(kLastChunk);

    const Reading reading = decode({coded});

    CHECK(reading.status == kDone);
    CHECK(reading.body == body);
}
