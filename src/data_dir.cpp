#include "data_dir.hpp"

#include "base/random.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace refrain {

namespace {

constexpr std::size_t kSecretBytes = 32;

tl::unexpected<Error> cannot(const std::string& doing, const std::string& path, int error) {
    return failure(ErrorCode::unavailable,
                   Origin::gateway,
                   "cannot " + doing + " " + path + ": " + std::strerror(error) +
                       "; choose another with --data-dir");
}

// A file that is closed on any way out.
class File {
  public:
    explicit File(int descriptor) : descriptor_(descriptor) {}
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int get() const noexcept { return descriptor_; }

  private:
    int descriptor_;
};

Result<std::string> read_secret(const std::string& path) {
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) return cannot("read", path, errno);
    std::array<char, kSecretBytes + 1> bytes{};
    const auto got = ::read(file.get(), bytes.data(), bytes.size());
    if (got != static_cast<ssize_t>(kSecretBytes)) {
        return failure(ErrorCode::broken,
                       Origin::gateway,
                       path +
                           " does not hold 32 bytes; remove it to make a new one, which empties "
                           "the cache for callers with their own keys");
    }
    return std::string(bytes.data(), kSecretBytes);
}

// Written whole under another name first, so that no start ever sees half of it.
Result<std::string> make_secret(const std::string& path) {
    const std::string secret = random_bytes(kSecretBytes);
    const std::string draft = path + "." + std::to_string(::getpid());
    {
        const File file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        if (file.get() < 0) return cannot("write", draft, errno);
        const auto wrote = ::write(file.get(), secret.data(), secret.size());
        if (wrote != static_cast<ssize_t>(secret.size()) || ::fsync(file.get()) != 0) {
            const int error = errno == 0 ? ENOSPC : errno;
            ::unlink(draft.c_str());
            return cannot("write", draft, error);
        }
    }
    // link, not rename: of two first starts at once, both use the secret of the first.
    const int linked = ::link(draft.c_str(), path.c_str());
    const int error = errno;
    ::unlink(draft.c_str());
    if (linked == 0) return secret;
    if (error == EEXIST) return read_secret(path);
    return cannot("make", path, error);
}

}  // namespace

Result<void> prepare_data_dir(const std::string& directory) {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path path = fs::absolute(directory, error);
    if (!error && !path.parent_path().empty()) fs::create_directories(path.parent_path(), error);
    if (error) return cannot("make the data directory", directory, error.value());
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
        return cannot("make the data directory", directory, errno);
    }
    struct stat status {};
    if (::stat(directory.c_str(), &status) != 0) return cannot("use", directory, errno);
    if (!S_ISDIR(status.st_mode)) return cannot("use", directory, ENOTDIR);
    if (::access(directory.c_str(), R_OK | W_OK | X_OK) != 0)
        return cannot("use", directory, errno);
    return {};
}

Result<std::string> load_secret(const std::string& directory) {
    const std::string path = directory + "/secret";
    if (::access(path.c_str(), F_OK) == 0) return read_secret(path);
    return make_secret(path);
}

}  // namespace refrain
