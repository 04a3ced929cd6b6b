#include "providers/openai/answer_events.hpp"

#include <catch2/catch.hpp>

namespace refrain::providers::openai {

TEST_CASE("Events: other data leaves the rest of an event as it was", "[providers][events]") {
    CHECK(with_data("id: 1\r\ndata: {\"a\":1}\r\n: note\r\n\r\n", "{}") ==
          "id: 1\r\ndata: {}\r\n: note\r\n\r\n");
    CHECK(with_data("data:{}\n\n", "[]") == "data:[]\n\n");
    CHECK(with_data("data: a\ndata: b\ndatabase: x\n\n", "c\nd\ne") ==
          "data: c\ndata: d\ndata: e\ndatabase: x\n\n");
    CHECK(with_data("data: a", "b") == "data: b");
}

TEST_CASE("Events: JSON is put on one line without touching its strings", "[providers][events]") {
    CHECK(on_one_line("{\n  \"a b\" : [ 1.0 ,\t\"x \\\" y\\\\\" ]\r\n}\n") ==
          R"({"a b":[1.0,"x \" y\\"]})");
}

TEST_CASE("Events: a last event counts as whole when only its empty line is missing",
          "[providers][events]") {
    const auto read = [](std::string_view stream) {
        EventReader reader(stream);
        std::string seen;
        for (http::SseEvent event; reader.next(event);) {
            seen += event.data + ";";
        }
        return seen + (reader.is_whole() ? "" : "cut");
    };

    CHECK(read("data: a\n\ndata: b\n\n") == "a;b;");
    CHECK(read("data: a\n\ndata: b\n") == "a;b;");
    CHECK(read("data: a\n\ndata: b") == "a;cut");
    CHECK(read("data: a\r\n\r\ndata: b\r\n") == "a;b;");
    CHECK(read("data: a\n\n: comment\n\n\n") == "a;");
    CHECK(read("") == "");
}

TEST_CASE("Events: a quick look finds a member that may be an object", "[providers][events]") {
    CHECK(may_have_object(R"({"usage":{"a":1}})", "usage"));
    CHECK(may_have_object("{\"usage\" :\n {}}", "usage"));
    CHECK_FALSE(may_have_object(R"({"usage":null})", "usage"));
    CHECK_FALSE(may_have_object(R"({"x":"usage"})", "usage"));
    CHECK_FALSE(may_have_object(R"("usage")", "usage"));
    CHECK_FALSE(may_have_object(R"({"usage":)", "usage"));
}

}  // namespace refrain::providers::openai
