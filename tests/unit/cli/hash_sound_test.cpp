// `refrain hash` on the recordings in samples/audio, and on folders.
#include "base/digest.hpp"
#include "providers/json.hpp"
#include "unit/cli/command_line.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <iterator>
#include <set>

namespace refrain::cli {
namespace {

namespace fs = std::filesystem;

// Names stand in the lists as seen from the top of the source.
class AtTop {
  public:
    AtTop() : before_(fs::current_path()) { fs::current_path(REFRAIN_SOURCE_DIR); }
    ~AtTop() { fs::current_path(before_); }
    AtTop(const AtTop&) = delete;
    AtTop& operator=(const AtTop&) = delete;

  private:
    fs::path before_;
};

std::string text_of(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> recordings() {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator("samples/audio")) {
        const std::string extension = entry.path().extension().string();
        if (extension != ".md" && extension != ".sums") names.insert(entry.path().string());
    }
    return {names.begin(), names.end()};
}

providers::Json described(const std::string& file) {
    const auto outcome = run({"hash", "--json", file});
    REQUIRE(outcome.code == 0);
    const auto object = providers::parse_json(outcome.out);
    REQUIRE(object);
    return *object;
}

}  // namespace

TEST_CASE("The recordings have the digests their list and their page say", "[cli][hash][audio]") {
    const AtTop top;
    std::vector<std::string> command{"hash"};
    for (const std::string& file : recordings())
        command.push_back(file);
    REQUIRE(command.size() > 15);

    const auto outcome = run(command);

    CHECK(outcome.code == 0);
    CHECK(outcome.out == text_of("samples/audio/SOUNDS.sums"));
    CHECK(text_of("samples/audio/README.md").find(outcome.out) != std::string::npos);
    CHECK(run({"hash", "--check", "samples/audio/SOUNDS.sums"}).code == 0);
}

TEST_CASE("A sound is described with both of its digests", "[cli][hash][audio]") {
    const AtTop top;
    const auto wav = described("samples/audio/greeting.wav");
    const auto flac = described("samples/audio/greeting.flac");

    CHECK(wav.at("kind") == "samples");
    CHECK(wav.at("container") == "wav");
    CHECK(wav.at("codec") == "pcm_s16le");
    CHECK(wav.at("rate") == 16000);
    CHECK(wav.at("channels") == 1);
    CHECK(wav.at("frames") == 39680);
    CHECK(wav.at("duration_seconds") == 2.48);
    CHECK(wav.at("bytes_digest") == sha256(text_of("samples/audio/greeting.wav")).hex());
    CHECK(wav.at("sound_digest") == wav.at("digest"));
    CHECK(flac.at("sound_digest") == wav.at("sound_digest"));
    CHECK(flac.at("bytes_digest") != wav.at("bytes_digest"));
}

TEST_CASE("A broken recording is addressed by its bytes and still described",
          "[cli][hash][audio]") {
    const AtTop top;
    const Files files;
    const std::string cut = text_of("samples/audio/greeting.wav").substr(0, 5000);
    const auto file = files.write("cut.wav", cut);

    const auto object = described(file);

    CHECK(object.at("kind") == "bytes");
    CHECK(object.at("digest") == sha256(cut).hex());
    CHECK(object.at("container") == "wav");
    CHECK_FALSE(object.contains("sound_digest"));
}

TEST_CASE("The flag --bytes and the standard input work for sound too", "[cli][hash][audio]") {
    const AtTop top;
    const std::string wav = text_of("samples/audio/greeting.wav");

    CHECK(run_on(wav, {"hash", "--bytes", "-"}).out == sha256(wav).hex() + "  -\n");
    CHECK(run_on(wav, {"hash", "-"}).out.substr(0, 64) ==
          run({"hash", "samples/audio/greeting.aiff"}).out.substr(0, 64));
}

TEST_CASE("A folder stands for all files in it, sorted by name", "[cli][hash]") {
    const Files files;
    const std::string folder = files.folder();
    fs::create_directories(folder + "/b/deep");
    fs::create_directory(folder + "/empty");
    files.write("c", "3");
    files.write("b/deep/x", "2");
    files.write("b/a", "1");
    fs::create_directory_symlink(folder, folder + "/b/loop");

    const auto outcome = run({"hash", folder});

    CHECK(outcome.code == 0);
    CHECK(outcome.out == sha256("1").hex() + "  " + folder + "/b/a\n" + sha256("2").hex() + "  " +
                             folder + "/b/deep/x\n" + sha256("3").hex() + "  " + folder + "/c\n");
}

TEST_CASE("Progress of a long input is shown on a terminal alone, and taken away", "[cli][hash]") {
    const Files files;
    const auto file = files.write("long", std::string(70 << 20, 'x'));
    const auto shown = [&](bool terminal) {
        std::istringstream in;
        std::ostringstream out;
        std::ostringstream err;
        Console console{in, out, err, {}, terminal};
        CHECK(cli::run(
                  {"hash", file}, [](const config::Loaded&) { return 0; }, console) == 0);
        return err.str();
    };

    CHECK(shown(false).empty());
    CHECK_THAT(shown(true), Catch::Matchers::Contains("long: 32 MiB of 70, 45 %"));
    CHECK_THAT(shown(true), Catch::Matchers::EndsWith("\r\x1b[K"));
}

}  // namespace refrain::cli
