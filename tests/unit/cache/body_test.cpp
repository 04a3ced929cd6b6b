#include "cache/body.hpp"

#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

namespace refrain::cache {

namespace {

std::string in_descriptor(const Body& body) {
    std::string bytes(body.size() + 1, '\0');
    const auto got = ::pread(body.descriptor(), bytes.data(), bytes.size(), 0);
    bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return bytes;
}

// Fewer descriptors for this process, for as long as this lives.
class FewDescriptors {
  public:
    explicit FewDescriptors(rlim_t count) {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const rlimit few{count, before_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &few);
    }
    ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

  private:
    rlimit before_{};
};

}  // namespace

TEST_CASE("A body has its bytes, and from a size on a file that has them too", "[cache][body]") {
    const auto size = GENERATE(std::size_t{0},
                               std::size_t{1},
                               kBodyFileFrom - 1,
                               kBodyFileFrom,
                               kBodyFileFrom + 1,
                               std::size_t{1} << 20,
                               (std::size_t{5} << 20) + 7);
    const auto bytes = noise(size);

    const auto body = make_body(bytes);

    CHECK(body->view() == bytes);
    CHECK(body->size() == size);
    CHECK((body->descriptor() >= 0) == (size >= kBodyFileFrom));
    if (body->descriptor() >= 0) CHECK(in_descriptor(*body) == bytes);
}

TEST_CASE("Pieces become one body", "[cache][body]") {
    const auto bytes = noise(3 * kBodyFileFrom);
    const std::string_view all = bytes;
    const std::array pieces{
        all.substr(0, 1), std::string_view(), all.substr(1, 90'000), all.substr(90'001)};

    CHECK(join_body(pieces)->view() == bytes);
    CHECK(join_body({pieces.data(), 2})->view() == all.substr(0, 1));
    CHECK(join_body({})->view().empty());
}

TEST_CASE("The file of a body can be changed by nobody", "[cache][body]") {
    const auto bytes = noise(kBodyFileFrom);
    const auto body = make_body(bytes);

    CHECK(::pwrite(body->descriptor(), "x", 1, 0) == -1);
    CHECK(errno == EPERM);
    CHECK(::ftruncate(body->descriptor(), 0) == -1);
    CHECK(::ftruncate(body->descriptor(), 1 << 20) == -1);
    CHECK(body->view() == bytes);
    CHECK((::fcntl(body->descriptor(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("A file goes with its body", "[cache][body]") {
    const auto before = MemoryFile::count();
    auto body = make_body(noise(kBodyFileFrom));
    const int descriptor = body->descriptor();
    CHECK(MemoryFile::count() == before + 1);

    const auto other = body;
    body.reset();
    CHECK(MemoryFile::count() == before + 1);
    CHECK(other->descriptor() == descriptor);
}

TEST_CASE("Where descriptors are few, bodies are on the heap, and right", "[cache][body]") {
    constexpr std::size_t kLarge = 256 * 1024;
    const FewDescriptors few(64);
    const auto before = MemoryFile::count();
    std::vector<BodyPtr> bodies;
    const auto make = [&](std::size_t size, int count) {
        std::size_t in_files = 0;
        for (int i = 0; i < count; ++i) {
            bodies.push_back(make_body(noise(size, static_cast<int>(bodies.size()))));
            in_files += bodies.back()->descriptor() >= 0 ? 1 : 0;
        }
        return in_files;
    };

    CHECK(make(kBodyFileFrom, 20) == 8);
    CHECK(make(kLarge, 20) == 8);  // of the other half

    for (std::size_t i = 0; i < bodies.size(); ++i) {
        REQUIRE(bodies[i]->view() == noise(bodies[i]->size(), static_cast<int>(i)));
    }
    bodies.clear();
    CHECK(MemoryFile::count() == before);
    CHECK(make(kLarge, 1) == 1);
}

TEST_CASE("What a body takes in memory is whole pages in a file, and its capacity on the heap",
          "[cache][body]") {
    CHECK(make_body("short")->memory_bytes() == sizeof(Body));
    CHECK(make_body(std::string(1'000, 'a'))->memory_bytes() >= sizeof(Body) + 1'000);
    const auto in_file = make_body(noise(kBodyFileFrom + 1));
    CHECK(in_file->memory_bytes() >= kBodyFileFrom + 4'096);
    CHECK(in_file->memory_bytes() < kBodyFileFrom + 4'096 + 4'096);
}

}  // namespace refrain::cache
