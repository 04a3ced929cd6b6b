#include "unit/http/request_corpus.hpp"

#include "http/chunked.hpp"
#include "unit/http/head_reading.hpp"

#include <catch2/catch.hpp>

using namespace refrain::http;
using namespace refrain::http::testing;

namespace {

// What a chunked body after the head comes to.
ChunkDecoder::Status decode(std::string_view body) {
    ChunkDecoder decoder;
    for (;;) {
        const auto step = decoder.next(body);
        if (step.status != ChunkDecoder::Status::data) return step.status;
        body.remove_prefix(step.consumed);
    }
}

}  // namespace

TEST_CASE("Every malformed request is refused with its status, however it is cut",
          "[http][corpus]") {
    const auto [file, at_least] = GENERATE(table<std::string, std::size_t>(
        {{"malformed_requests.txt", 180}, {"llhttp_requests.txt", 50}}));
    const auto cases = read_corpus(file);
    REQUIRE(cases.size() >= at_least);

    for (const CorpusCase& one : cases) {
        CAPTURE(one.name, one.bytes);
        const RequestReading reading = read_request(one.bytes);
        if (reading.status == HeadStatus::complete) {
            REQUIRE(reading.chunked);
            const auto body = std::string_view(one.bytes).substr(reading.size_bytes);
            CHECK(decode(body) == ChunkDecoder::Status::invalid);
            continue;
        }
        CHECK(reading.status == HeadStatus::invalid);
        CHECK(std::to_string(reading.fault) == one.expected);
        CHECK_FALSE(reading.sentence.empty());
        for (const auto& cuts : all_cuts(one.bytes.size())) {
            CHECK(read_request(one.bytes, cuts).status == HeadStatus::invalid);
        }
    }
}

TEST_CASE("All 33 cases of h1spec come out as it wants them", "[http][corpus]") {
    const auto cases = read_corpus("h1spec_requests.txt");
    REQUIRE(cases.size() == 33);
    for (const CorpusCase& one : cases) {
        CAPTURE(one.name, one.bytes);
        const auto status = read_request(one.bytes).status;
        if (one.expected == "waits") {
            CHECK(status == HeadStatus::incomplete);
        } else if (one.expected == "refused") {
            CHECK(status == HeadStatus::invalid);
        } else {
            CHECK(status == HeadStatus::complete);
        }
    }
}

TEST_CASE("Every request in odd_requests.txt is accepted, however it is cut", "[http][corpus]") {
    for (const CorpusCase& one : read_corpus("odd_requests.txt")) {
        CAPTURE(one.name, one.bytes);
        const RequestReading reading = read_request(one.bytes);
        REQUIRE(reading.sentence == "");
        REQUIRE(reading.status == HeadStatus::complete);
        const std::string host = reading.host.empty() ? "-" : reading.host;
        CHECK(reading.method + " " + reading.target + " " + host == one.expected);
        if (reading.chunked) {
            const auto body = std::string_view(one.bytes).substr(reading.size_bytes);
            CHECK(decode(body) == ChunkDecoder::Status::done);
        }
        for (std::size_t cut = 0; cut < reading.size_bytes; ++cut) {
            CHECK(read_request(one.bytes, {cut}) == reading);
        }
    }
}

TEST_CASE("A whole malformed line is refused before the head has ended", "[http][corpus]") {
    const auto refused =
        GENERATE(as<std::string>{},
                 "GET / HTTP/1.1\r\nContent-Length: +5\r\n",
                 "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n",
                 "GET / HTTP/1.1\r\nHost: a/b\r\n",
                 "GET / HTTP/1.1\r\nX : y\r\n",
                 "GET / HTTP/1.1\n",
                 "GET / HTTP/2.0\r\n",
                 "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                 "\x16",
                 "\x01",
                 "{\"model\"",
                 "GET\t");
    CAPTURE(refused);

    CHECK(read_request(refused).status == HeadStatus::invalid);

    std::vector<std::size_t> drip;
    for (std::size_t at = 1; at < refused.size(); ++at)
        drip.push_back(at);
    CHECK(read_request(refused, drip).status == HeadStatus::invalid);
}
