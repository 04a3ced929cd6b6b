// `refrain hash --check`, as `sha256sum --check` does it.
#include "base/digest.hpp"
#include "unit/cli/command_line.hpp"

#include <catch2/catch.hpp>

namespace refrain::cli {

using Catch::Matchers::Contains;

TEST_CASE("A list that --check compares with is one that hash wrote", "[cli][hash][check]") {
    const Files files;
    const auto json = files.write("a.json", "{ }");
    const auto odd = files.write("a\nb\\c", "x");
    const auto list = files.write("list", run({"hash", json, odd}).out);

    const auto outcome = run({"hash", "--check", list});

    CHECK(outcome.code == 0);
    CHECK(outcome.out == json + ": OK\n\\" + files.folder() + "/a\\nb\\\\c: OK\n");
    CHECK(outcome.err.empty());
}

TEST_CASE("A file that changed or went fails the check, and the others are still compared",
          "[cli][hash][check]") {
    const Files files;
    const auto one = files.write("one", "1");
    const auto two = files.write("two", "2");
    const std::string gone = files.folder() + "/gone";
    const auto list =
        files.write("list", run({"hash", one, two}).out + sha256("3").hex() + "  " + gone + "\n");
    files.write("one", "changed");

    const auto outcome = run({"hash", "--check", list});

    CHECK(outcome.code == 1);
    CHECK(outcome.out == one + ": FAILED\n" + two + ": OK\n" + gone + ": FAILED open or read\n");
    CHECK_THAT(outcome.err, Contains("1 files could not be read"));
    CHECK_THAT(outcome.err, Contains("1 files do not match"));
}

TEST_CASE("Lists of sha256sum are compared by bytes", "[cli][hash][check]") {
    const Files files;
    const auto json = files.write("a.json", "{ }");
    const auto list = files.write("list", sha256("{ }").hex() + " *" + json + "\r\n");

    CHECK(run({"hash", "--check", "--bytes", list}).code == 0);
    CHECK(run({"hash", "--check", list}).code == 1);
}

TEST_CASE("What is no list fails the check", "[cli][hash][check]") {
    const Files files;
    const auto file = files.write("one", "1");
    const std::string good = run({"hash", file}).out;
    const auto content = GENERATE_REF(values<std::string>({"",
                                                           "hello\n",
                                                           good.substr(1),
                                                           good + "hello\n",
                                                           "\\" + good.substr(0, 66) + "a\\q\n",
                                                           std::string(64, 'g') + "  one\n"}));
    const auto list = files.write("list", content);

    const auto outcome = run({"hash", "--check", list});

    CHECK(outcome.code == 1);
    CHECK_THAT(outcome.err, Contains("list"));
}

TEST_CASE("A list that is not there fails, and --check prints no JSON", "[cli][hash][check]") {
    const Files files;

    CHECK(run({"hash", "--check", files.folder() + "/none"}).code == 1);
    CHECK(run({"hash", "--check", "--json", "x"}).code == 2);
}

}  // namespace refrain::cli
