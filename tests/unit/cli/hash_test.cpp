#include "base/digest.hpp"
#include "providers/json.hpp"
#include "unit/cli/command_line.hpp"

#include <catch2/catch.hpp>

namespace refrain::cli {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;

namespace {

// The digest `hash` gives to these bytes.
std::string hashed(const std::string& content) {
    const auto outcome = run_on(content, {"hash", "-"});
    REQUIRE(outcome.code == 0);
    REQUIRE_THAT(outcome.out, EndsWith("  -\n"));
    return outcome.out.substr(0, 64);
}

}  // namespace

TEST_CASE("Bytes are addressed as sha256sum does", "[cli][hash]") {
    const Files files;
    const auto file = files.write("hello.txt", "hello\n");

    const auto outcome = run({"hash", file});

    CHECK(outcome.code == 0);
    CHECK(outcome.out ==
          "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03  " + file + "\n");
}

TEST_CASE("JSON is addressed by its canonical form", "[cli][hash]") {
    const std::string canonical = sha256(R"({"a":[1,2],"b":"x"})").hex();

    CHECK(hashed(R"({"a":[1,2],"b":"x"})") == canonical);
    CHECK(hashed(" \n\t{ \"b\" : \"\\u0078\",\r\n\"a\":[1.0, 2e0]}\n") == canonical);
    CHECK(hashed(R"({"a":[2,1],"b":"x"})") != canonical);
}

TEST_CASE("What is not quite JSON is addressed by its bytes", "[cli][hash]") {
    const auto content = GENERATE(values<std::string>({"",
                                                       "{",
                                                       "{} {}",
                                                       "[1,]",
                                                       "{\"a\":1,\"a\":1}",
                                                       "\xef\xbb\xbf{}",
                                                       "\"text\"",
                                                       "12",
                                                       "null",
                                                       "   ",
                                                       "{\"a\":\"\xff\"}",
                                                       std::string("{}\0", 3),
                                                       std::string(200'000, '['),
                                                       std::string(200'000, ' ')}));

    CHECK(hashed(content) == sha256(content).hex());
}

TEST_CASE("The flag --bytes never looks inside", "[cli][hash]") {
    const auto outcome = run_on("{ }", {"hash", "--bytes", "-"});

    CHECK(outcome.out == sha256("{ }").hex() + "  -\n");
}

TEST_CASE("White space before a document may cross any boundary of reading", "[cli][hash]") {
    for (const std::size_t spaces : {65'535U, 65'536U, 65'537U, 131'072U}) {
        CAPTURE(spaces);
        CHECK(hashed(std::string(spaces, ' ') + "[ ]") == sha256("[]").hex());
    }
}

TEST_CASE("A document over 64 MiB is addressed by its bytes", "[cli][hash]") {
    const std::string content = "[" + std::string(64 << 20, ' ') + "]";

    CHECK(hashed(content) == sha256(content).hex());
}

TEST_CASE("A missing file is reported and the others still addressed", "[cli][hash]") {
    const Files files;
    const auto one = files.write("one", "1");
    const auto two = files.write("two", "2");

    const auto outcome = run({"hash", one, files.folder() + "/none", two});

    CHECK(outcome.code == 1);
    CHECK(outcome.out ==
          sha256("1").hex() + "  " + one + "\n" + sha256("2").hex() + "  " + two + "\n");
    CHECK(outcome.err == "refrain: " + files.folder() + "/none: No such file or directory\n");
}

TEST_CASE("A file may be called like a command", "[cli][hash]") {
    const Files files;
    const auto file = files.write("x", "1");

    const auto outcome = run({"hash", file, "stats"});

    CHECK(outcome.out == sha256("1").hex() + "  " + file + "\n");
    CHECK(outcome.err == "refrain: stats: No such file or directory\n");
}

TEST_CASE("Names that would break a line are escaped as sha256sum does", "[cli][hash]") {
    const Files files;
    const auto file = files.write("a\nb\\c", "x");

    const auto outcome = run({"hash", file});

    CHECK(outcome.out == "\\" + sha256("x").hex() + "  " + files.folder() + "/a\\nb\\\\c\n");
}

TEST_CASE("The flag --json prints one object a line", "[cli][hash]") {
    const Files files;
    const auto json = files.write("a.json", "{ }");
    const auto text = files.write("b\xff\".txt", "hello");

    const auto outcome = run({"hash", "--json", json, text});

    CHECK(outcome.code == 0);
    const auto cut = outcome.out.find('\n');
    const auto first = providers::parse_json(outcome.out.substr(0, cut));
    const auto second = providers::parse_json(outcome.out.substr(cut + 1));
    REQUIRE(first);
    CHECK(first->at("file") == json);
    CHECK(first->at("kind") == "json");
    CHECK(first->at("digest") == sha256("{}").hex());
    CHECK(first->at("bytes") == 3);
    REQUIRE(second);
    CHECK(second->at("kind") == "bytes");
    CHECK(second->at("bytes") == 5);
    CHECK_FALSE(second->contains("container"));
}

}  // namespace refrain::cli
