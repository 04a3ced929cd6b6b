#include "cache/memory_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <utility>

namespace refrain::cache {

namespace {

// A quarter of the mappings that Linux lets a process have (vm.max_map_count).
constexpr std::size_t kMostFiles = 16'384;
// At most one descriptor in so many; the others are for connections and the store.
constexpr std::size_t kDescriptorShare = 4;
// Half of the files are kept for bodies of this size, which gain most.
constexpr std::size_t kLargeFile = 256 * 1024;
constexpr std::size_t kKernelNotes = 2048;  // about what inode, file and mapping take
constexpr unsigned kNoExecSeal = 8;         // MFD_NOEXEC_SEAL, since Linux 6.3

std::atomic<std::size_t> file_count{0};

std::size_t most_files(std::size_t size) noexcept {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    const auto most = std::min<std::size_t>(kMostFiles, limit.rlim_cur / kDescriptorShare);
    return size >= kLargeFile ? most : most / 2;
}

int anonymous_file() noexcept {
    constexpr unsigned kFlags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    const int file = ::memfd_create("refrain-body", kFlags | kNoExecSeal);
    if (file >= 0 || errno != EINVAL) return file;
    return ::memfd_create("refrain-body", kFlags);
}

}  // namespace

MemoryFile MemoryFile::create(std::size_t size) {
    MemoryFile file;
    if (size == 0) return file;
    if (file_count.fetch_add(1, std::memory_order_relaxed) < most_files(size)) {
        file.descriptor_ = anonymous_file();
    }
    if (!file.exists()) {
        file_count.fetch_sub(1, std::memory_order_relaxed);
        return file;
    }
    if (::fallocate(file.descriptor_, 0, 0, static_cast<off_t>(size)) != 0) return {};
    void* map = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.descriptor_, 0);
    if (map == MAP_FAILED) return {};
    file.map_ = static_cast<const char*>(map);
    file.size_ = size;
    return file;
}

MemoryFile::MemoryFile(MemoryFile&& other) noexcept {
    *this = std::move(other);
}

MemoryFile& MemoryFile::operator=(MemoryFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(size_, other.size_);
    std::swap(filled_, other.filled_);
    std::swap(map_, other.map_);
    return *this;
}

bool MemoryFile::append(std::string_view bytes) noexcept {
    while (!bytes.empty()) {
        const auto written =
            ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(filled_));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        filled_ += static_cast<std::size_t>(written);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

// F_SEAL_FUTURE_WRITE, not F_SEAL_WRITE: that one waits, up to many milliseconds, for pages in use,
// and there is no writable mapping that it would have to outlast. Linux before 5.1 has neither the
// one nor a need for it: nobody else can reach the file.
void MemoryFile::seal() noexcept {
    constexpr int kSeals = F_SEAL_FUTURE_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
    ::fcntl(descriptor_, F_ADD_SEALS, kSeals);
}

void MemoryFile::close() noexcept {
    if (!exists()) return;
    if (map_ != nullptr) ::munmap(const_cast<char*>(map_), size_);
    ::close(descriptor_);
    file_count.fetch_sub(1, std::memory_order_relaxed);
}

std::size_t MemoryFile::memory_bytes() const noexcept {
    static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return exists() ? (size_ + page - 1) / page * page + kKernelNotes : 0;
}

std::size_t MemoryFile::count() noexcept {
    return file_count.load(std::memory_order_relaxed);
}

}  // namespace refrain::cache
