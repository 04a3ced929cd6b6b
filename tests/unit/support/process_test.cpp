#include "support/process.hpp"

#include "support/scratch_dir.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

using namespace std::chrono_literals;
using refrain::tests::Process;
using refrain::tests::run;
using refrain::tests::ScratchDir;

TEST_CASE("Process: output, errors and the exit code are those of the program", "[support]") {
    const auto done = run({.program = "sh",
                           .arguments = {"-c", "cat; echo \"$REFRAIN_X\"; echo bad >&2; exit 3"},
                           .environment = {{"REFRAIN_X", "given"}},
                           .standard_input = "fed "});

    CHECK(done.exit_code == 3);
    CHECK(done.standard_output == "fed given\n");
    CHECK(done.standard_error == "bad\n");
}

TEST_CASE("Process: a gateway's settings do not leak from the environment of the tests",
          "[support]") {
    ::setenv("REFRAIN_MODE", "off", 1);
    ::setenv("OPENAI_API_KEY", "sk-real", 1);
    const auto done =
        run({.program = "env", .arguments = {}, .environment = {}, .standard_input = ""});
    ::unsetenv("REFRAIN_MODE");
    ::unsetenv("OPENAI_API_KEY");

    CHECK(done.standard_output.find("REFRAIN_MODE") == std::string::npos);
    CHECK(done.standard_output.find("sk-real") == std::string::npos);
    CHECK(done.standard_output.find("PATH=") != std::string::npos);
}

TEST_CASE("Process: the URL is read from the first line while the program runs on", "[support]") {
    Process process(
        {.program = "sh",
         .arguments = {"-c", "echo listening on http://127.0.0.1:41234/.; exec sleep 60"},
         .environment = {},
         .standard_input = ""});

    CHECK(process.url() == "http://127.0.0.1:41234");
    CHECK(process.running());
    CHECK_FALSE(process.wait(10ms).has_value());
    CHECK(process.stop() == 128 + 15);
    CHECK_FALSE(process.running());
}

TEST_CASE("Process: a program that ends without a line is reported with its errors", "[support]") {
    Process process({.program = "sh",
                     .arguments = {"-c", "echo no such option >&2; exit 2"},
                     .environment = {},
                     .standard_input = ""});

    CHECK_THROWS_WITH(process.first_line(), Catch::Contains("no such option"));
    CHECK(process.wait() == 2);
}

TEST_CASE("Process: a program that ignores SIGTERM is killed and told apart", "[support]") {
    Process process({.program = "sh",
                     .arguments = {"-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"},
                     .environment = {},
                     .standard_input = ""});
    process.first_line();

    CHECK(process.stop(50ms) == 137);
}

TEST_CASE("ScratchDir: it is there, it is empty, and it goes with its content", "[support]") {
    std::filesystem::path path;
    {
        const ScratchDir directory;
        path = directory.path();
        CHECK(std::filesystem::is_empty(path));
        std::ofstream(directory / "file") << "text";
        CHECK(std::filesystem::exists(path / "file"));
    }
    CHECK_FALSE(std::filesystem::exists(path));
}
