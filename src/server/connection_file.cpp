// How a connection sends what stands in a file: by sendfile(2), from the page cache to the socket.
#include "server/connection.hpp"

#include <boost/asio/redirect_error.hpp>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include <cerrno>

namespace refrain::server {

namespace asio = boost::asio;
using boost::system::error_code;
using net::Task;

namespace {

// Of a kernel, or a file, that cannot: the bytes go out by copying then.
bool is_unable(int error) noexcept {
    return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP || error == EOVERFLOW;
}

}  // namespace

Task<Result<void>> Connection::reply_file(std::string_view head, FileSlice slice) {
    begin(head, slice.bytes.size());
    if (framing_ == Framing::length) {
        auto sent = co_await send_file(slice);
        if (!sent) co_return sent;
        answer_left_ = 0;
    }
    auto ended = co_await end();
    co_return ended;
}

// What waits in out_, then the slice. The head waits in the kernel for the first of the bytes.
Task<Result<void>> Connection::send_file(FileSlice slice) {
    const int socket = socket_.native_handle();
    std::string_view head = out_;
    auto offset = static_cast<off_t>(slice.offset);
    while (!slice.bytes.empty()) {
        const bool heading = !head.empty();
        const auto sent = heading
                              ? ::send(socket, head.data(), head.size(), MSG_MORE | MSG_NOSIGNAL)
                              : ::sendfile(socket, slice.descriptor, &offset, slice.bytes.size());
        if (sent > 0) {
            (heading ? head : slice.bytes).remove_prefix(static_cast<std::size_t>(sent));
            continue;
        }
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && errno == EAGAIN) {
            const auto room = co_await wait_for_room();
            if (!room) co_return room;
            continue;
        }
        if (!heading && (sent == 0 || is_unable(errno))) break;
        must_close_ = true;
        co_return failure(peer_error("writing"));
    }
    out_.clear();
    if (slice.bytes.empty()) co_return Result<void>{};
    const Pieces rest{asio::buffer(slice.bytes)};
    auto copied = co_await send(rest);
    co_return copied;
}

Task<Result<void>> Connection::wait_for_room() {
    error_code error;
    auto token = asio::redirect_error(net::use_task, error);
    deadline_.set(service_.limits.write_timeout);
    co_await socket_.async_wait(net::Socket::wait_write, token);
    deadline_.clear();
    if (!error) co_return Result<void>{};
    must_close_ = true;
    co_return failure(peer_error("writing"));
}

}  // namespace refrain::server
