#include "cache/disk/directory.hpp"

#include "base/clock.hpp"

#include <fcntl.h>
#include <rocksdb/env.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace refrain::cache {

namespace fs = std::filesystem;

namespace {

constexpr const char* kDamagedNote = "DAMAGED";
constexpr std::string_view kAsideInfix = ".damaged-";

tl::unexpected<Error> refused(const std::string& sentence) {
    return failure(ErrorCode::unavailable, Origin::cache, sentence);
}

std::string reason(int number) {
    return std::generic_category().message(number);
}

// "cache/" and "cache" are the same directory, and have the same name aside.
fs::path without_slash(const std::string& directory) {
    const fs::path path(directory);
    return path.has_filename() ? path : path.parent_path();
}

void delete_older_asides(const fs::path& directory) {
    const auto prefix = directory.filename().string() + std::string(kAsideInfix);
    std::error_code error;
    std::vector<fs::path> asides;
    const auto parent = directory.has_parent_path() ? directory.parent_path() : fs::path(".");
    for (auto item = fs::directory_iterator(parent, error);
         !error && item != fs::directory_iterator();
         item.increment(error)) {
        if (item->path().filename().string().starts_with(prefix)) asides.push_back(item->path());
    }
    for (const auto& aside : asides) {
        fs::remove_all(aside, error);
    }
}

// 2026-11-20T10:00:00Z without what file names had better not contain: 20261120T100000Z
std::string compact_now() {
    auto text = wall_now().rfc3339();
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text;
}

}  // namespace

Result<void> prepare_directory(const std::string& directory) {
    if (directory.empty()) return refused("the data directory has no name");
    const auto path = without_slash(directory);
    std::error_code error;
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
    if (!error && mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
        error = std::error_code(errno, std::generic_category());
    }
    if (error) return refused("cannot make the directory " + directory + ": " + error.message());

    struct stat facts {};
    if (stat(path.c_str(), &facts) != 0) {
        return refused("cannot use the directory " + directory + ": " + reason(errno));
    }
    if (!S_ISDIR(facts.st_mode)) {
        return refused(directory + " is not a directory: remove it or choose another directory");
    }
    if (faccessat(AT_FDCWD, path.c_str(), R_OK | W_OK | X_OK, AT_EACCESS) != 0) {
        return refused("cannot write to the directory " + directory + " (" + reason(errno) +
                       "): make it writable for this user or choose another directory");
    }
    return {};
}

struct DirectoryLock::State {
    rocksdb::FileLock* lock = nullptr;
};

DirectoryLock::DirectoryLock(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<DirectoryLock>> DirectoryLock::take(const std::string& directory) {
    auto state = std::make_unique<State>();
    const auto status = rocksdb::Env::Default()->LockFile(directory + "/LOCK", &state->lock);
    if (status.ok()) return std::unique_ptr<DirectoryLock>(new DirectoryLock(std::move(state)));
    if (status.subcode() == rocksdb::Status::kNoSpace) {
        return refused("cannot use the directory " + directory + ": no space left on the device");
    }
    return refused("the directory " + directory +
                   " is in use by another process: stop that one or choose another directory");
}

DirectoryLock::~DirectoryLock() {
    rocksdb::Env::Default()->UnlockFile(state_->lock).PermitUncheckedError();
}

void mark_damaged(const std::string& directory) {
    std::ofstream note(fs::path(directory) / kDamagedNote);
    note << wall_now().rfc3339() << '\n';
}

bool is_marked_damaged(const std::string& directory) {
    std::error_code error;
    return fs::exists(fs::path(directory) / kDamagedNote, error);
}

bool is_store(const std::string& directory) {
    std::error_code error;
    return fs::exists(fs::path(directory) / "CURRENT", error);
}

bool has_lost_its_index(const std::string& directory) {
    if (is_store(directory)) return false;
    std::error_code error;
    for (auto item = fs::directory_iterator(directory, error);
         !error && item != fs::directory_iterator();
         item.increment(error)) {
        const auto kind = item->path().extension();
        if (kind == ".sst" || kind == ".blob") return true;
    }
    return false;
}

Result<std::string> move_aside(const std::string& directory) {
    const auto path = without_slash(directory);
    delete_older_asides(path);
    const auto aside = path.string() + std::string(kAsideInfix) + compact_now();
    std::error_code error;
    fs::rename(path, aside, error);
    if (error) {
        return refused("the store in " + directory + " is damaged and cannot be moved to " + aside +
                       " (" + error.message() + "): remove it or choose another directory");
    }
    return aside;
}

}  // namespace refrain::cache
