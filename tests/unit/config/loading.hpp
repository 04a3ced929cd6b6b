// What a configuration file says, loaded in one word.
#pragma once

#include "config/load.hpp"
#include "support/scratch_dir.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <string>
#include <vector>

namespace refrain::config {

// The environment of the tests: a home and nothing else.
inline const Environment kHomeOnly{{"HOME", "/home/ann"}};

class File {
  public:
    explicit File(const std::string& toml) { std::ofstream(path()) << toml; }
    std::string path() const { return (folder_.path() / "team.toml").string(); }

    tl::expected<Loaded, std::vector<Problem>> load(Environment environment = kHomeOnly) const {
        return config::load({path(), std::move(environment), {}});
    }

  private:
    tests::ScratchDir folder_;
};

inline Config loaded(const std::string& toml, Environment environment = kHomeOnly) {
    const auto result = File(toml).load(std::move(environment));
    for (const auto& problem : result ? std::vector<Problem>{} : result.error()) {
        UNSCOPED_INFO(problem.sentence);
    }
    REQUIRE(result);
    return result->config;
}

// The sentences, with the folder of the file left out.
inline std::vector<std::string> problems(const std::string& toml,
                                         Environment environment = kHomeOnly) {
    const File file(toml);
    const auto result = file.load(std::move(environment));
    std::vector<std::string> sentences;
    if (result) return sentences;
    const std::string folder = file.path().substr(0, file.path().rfind('/') + 1);
    for (const Problem& problem : result.error()) {
        std::string sentence = problem.sentence;
        for (auto at = sentence.find(folder); at != sentence.npos; at = sentence.find(folder)) {
            sentence.erase(at, folder.size());
        }
        sentences.push_back(sentence);
    }
    return sentences;
}

// REQUIRES: exactly one.
inline std::string problem(const std::string& toml, Environment environment = kHomeOnly) {
    const auto all = problems(toml, std::move(environment));
    for (const std::string& sentence : all)
        UNSCOPED_INFO(sentence);
    REQUIRE(all.size() == 1);
    return all[0];
}

}  // namespace refrain::config
