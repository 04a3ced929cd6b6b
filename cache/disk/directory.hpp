// The directory of the disk tier, before and after RocksDB has it: made private, locked against
// other processes, moved aside when what it holds is damaged.
#pragma once

#include "base/error.hpp"

#include <memory>
#include <string>

namespace refrain::cache {

// Made with mode 0700 if missing. Fails with a sentence if it cannot be used.
Result<void> prepare_directory(const std::string& directory);

// While it lives, no other process opens the store; nor does this one.
class DirectoryLock {
  public:
    // Fails with a sentence if another process has it.
    static Result<std::unique_ptr<DirectoryLock>> take(const std::string& directory);
    ~DirectoryLock();
    DirectoryLock(const DirectoryLock&) = delete;
    DirectoryLock& operator=(const DirectoryLock&) = delete;

  private:
    struct State;
    explicit DirectoryLock(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// A note inside the directory that its store is damaged, for the next time it is opened.
void mark_damaged(const std::string& directory);
bool is_marked_damaged(const std::string& directory);

// Whether there is a store in it, whole or not.
bool is_store(const std::string& directory);
// Whether it holds data files but nothing that says which of them count.
bool has_lost_its_index(const std::string& directory);

// Renames it to <directory>.damaged-<time> and returns that; an older one of these is deleted, so
// that repeated damage does not fill the disk.
Result<std::string> move_aside(const std::string& directory);

}  // namespace refrain::cache
