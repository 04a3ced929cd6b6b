// How a connection sends bytes: those at hand in one write, those that stand in a file by
// sendfile(2), from the page cache to the socket. Each has a form that does not wait.
#include "server/connection.hpp"

#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <tuple>

namespace refrain::server {

using net::Task;

namespace {

// Of a kernel, or a file, that cannot: the bytes go out by copying then.
bool is_unable(int error) noexcept {
    return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP || error == EOVERFLOW;
}

}  // namespace

Task<Result<void>> Connection::send(Pieces pieces) {
    for (;;) {
        const auto all = send_now(pieces);
        if (!all) co_return failure(all.error());
        if (*all) co_return Result<void>{};
        const auto room = co_await wait_for_room();
        if (!room) co_return room;
    }
}

// What the socket takes at once, which leaves `pieces`; whether that was all.
Result<bool> Connection::send_now(Pieces& pieces) {
    for (;;) {
        std::array<iovec, std::tuple_size_v<Pieces>> places;
        std::size_t count = 0;
        for (const auto& piece : pieces) {
            if (!piece.empty()) places[count++] = {const_cast<char*>(piece.data()), piece.size()};
        }
        if (count == 0) return true;
        if (!stream_.is_open()) break;
        const auto attempt = write_now({places.data(), count});
        if (attempt.outcome == net::Attempt::Outcome::want_write) return false;
        if (attempt.outcome != net::Attempt::Outcome::done) break;
        std::size_t sent = attempt.bytes;
        for (auto& piece : pieces) {
            const std::size_t part = std::min(sent, piece.size());
            piece.remove_prefix(part);
            sent -= part;
        }
    }
    must_close_ = true;
    return failure(peer_error("writing"));
}

Task<Result<void>> Connection::send_file(std::string_view head, FileSlice slice) {
    for (;;) {
        const auto all = send_file_now(head, slice);
        if (!all) co_return failure(all.error());
        if (*all) co_return Result<void>{};
        const auto room = co_await wait_for_room();
        if (!room) co_return room;
    }
}

// The same for a head and what stands in a file; the head waits in the kernel for the first bytes.
Result<bool> Connection::send_file_now(std::string_view& head, FileSlice& slice) {
    while (!tls_ && slice.descriptor >= 0 && !slice.bytes.empty() && stream_.is_open()) {
        if (!stream_.flush()) return false;
        ssize_t sent = 0;
        if (!head.empty()) {
            constexpr int kFlags = MSG_MORE | MSG_NOSIGNAL | MSG_DONTWAIT;
            sent = ::send(stream_.descriptor(), head.data(), head.size(), kFlags);
            if (sent > 0) head.remove_prefix(static_cast<std::size_t>(sent));
        } else {
            auto offset = static_cast<off_t>(slice.offset);
            sent = ::sendfile(stream_.descriptor(), slice.descriptor, &offset, slice.bytes.size());
            if (sent > 0) {
                slice.bytes.remove_prefix(static_cast<std::size_t>(sent));
                slice.offset += static_cast<std::uint64_t>(sent);
            }
            if (sent == 0 || (sent < 0 && is_unable(errno))) slice.descriptor = -1;
        }
        if (sent > 0 || slice.descriptor < 0 || errno == EINTR) continue;
        if (errno == EAGAIN) return false;
        must_close_ = true;
        return failure(peer_error("writing"));
    }
    Pieces pieces{head, slice.bytes};
    auto all = send_now(pieces);
    head = pieces[0];
    slice.bytes = pieces[1];
    return all;
}

// What the stream took and the socket did not yet.
Task<Result<void>> Connection::send_held() {
    while (!stream_.flush()) {
        const auto room = co_await wait_for_room();
        if (!room) co_return room;
    }
    co_return Result<void>{};
}

Task<Result<void>> Connection::wait_for_room() {
    arm(service_.limits.write_timeout);
    co_await stream_.wait_writable();
    deadline_.clear();
    if (!timed_out_) co_return Result<void>{};
    must_close_ = true;
    co_return failure(peer_error("writing"));
}

}  // namespace refrain::server
