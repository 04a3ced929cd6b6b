#include "upstream/read_buffer.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstring>
#include <string>

namespace refrain::upstream {
namespace {

// Reads what fits of `bytes`, as a connection would.
std::size_t read_into(ReadBuffer& buffer, std::string_view bytes) {
    const auto room = buffer.room();
    const std::size_t part = std::min(bytes.size(), room.bytes);
    std::memcpy(room.data, bytes.data(), part);
    buffer.commit(part);
    return part;
}

TEST_CASE("ReadBuffer: what was pinned stays while the block grows with what comes",
          "[upstream][buffer]") {
    ReadBuffer buffer;
    const std::string head(300, 'h');
    REQUIRE(read_into(buffer, head + "body") == 304);
    const std::string_view pinned = buffer.unread().substr(0, head.size());
    buffer.pin(head.size());
    CHECK(buffer.unread() == "body");
    buffer.consume(4);

    std::string sent;
    std::string seen;
    for (char c = 'a'; c <= 'z'; ++c) {
        const std::string much(ReadBuffer::kMostBytes, c);
        sent += much.substr(0, read_into(buffer, much));
        seen += buffer.unread();
        buffer.consume(buffer.unread().size());
    }

    CHECK(seen == sent);
    CHECK(buffer.capacity() == ReadBuffer::kMostBytes);
    CHECK(pinned == head);
    buffer.reset();
    CHECK(buffer.capacity() <= ReadBuffer::kUsualBytes);
    CHECK(read_into(buffer, "next") == 4);
    CHECK(buffer.unread() == "next");
}

TEST_CASE("ReadBuffer: who says little at a time gets no larger block", "[upstream][buffer]") {
    ReadBuffer buffer;
    for (int i = 0; i < 100; ++i) {
        REQUIRE(read_into(buffer, "an event") == 8);
        CHECK(buffer.unread() == "an event");
        buffer.consume(8);
    }
    CHECK(buffer.capacity() == ReadBuffer::kUsualBytes);
}

TEST_CASE("ReadBuffer: an answer of a few KiB is one read the next time", "[upstream][buffer]") {
    ReadBuffer buffer;
    const std::string answer(2'500, 'a');
    for (int i = 0; i < 3; ++i) {
        std::size_t read = 0;
        int reads = 0;
        for (; read < answer.size(); ++reads) {
            read += read_into(buffer, std::string_view(answer).substr(read));
            buffer.consume(buffer.unread().size());
        }
        CHECK(reads == (i == 0 ? 2 : 1));
        buffer.reset();
    }
    CHECK(buffer.capacity() <= ReadBuffer::kKeptBytes);
}

TEST_CASE("ReadBuffer: unread bytes come along when it grows for a head", "[upstream][buffer]") {
    ReadBuffer buffer;
    const std::string head(3'000, 'h');
    std::size_t read = 0;
    while (read < head.size()) {
        if (buffer.room().bytes == 0) buffer.grow();
        read += read_into(buffer, std::string_view(head).substr(read));
    }
    CHECK(buffer.unread() == head);
}

}  // namespace
}  // namespace refrain::upstream
