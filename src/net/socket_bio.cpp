#include "net/socket_bio.hpp"

#include "net/stream.hpp"

#include <openssl/bio.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstddef>

namespace refrain::net {

namespace {

Stream& stream_of(BIO* bio) {
    return *static_cast<Stream*>(BIO_get_data(bio));
}

bool is_temporary(int error) noexcept {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

int read_socket(BIO* bio, char* to, std::size_t room, std::size_t* bytes) {
    BIO_clear_retry_flags(bio);
    const ssize_t got = ::recv(stream_of(bio).descriptor(), to, room, MSG_DONTWAIT);
    if (got > 0) {
        *bytes = static_cast<std::size_t>(got);
        return 1;
    }
    if (got == 0) {
        errno = 0;
    } else if (is_temporary(errno)) {
        BIO_set_retry_read(bio);
    }
    return 0;
}

int write_socket(BIO* bio, const char* from, std::size_t size, std::size_t* bytes) {
    BIO_clear_retry_flags(bio);
    const iovec piece{const_cast<char*>(from), size};
    const Attempt attempt = stream_of(bio).write_soon({&piece, 1});
    if (attempt.outcome == Attempt::Outcome::done) {
        *bytes = attempt.bytes;
        return 1;
    }
    if (attempt.outcome == Attempt::Outcome::want_write) BIO_set_retry_write(bio);
    errno = attempt.error;
    return 0;
}

// Nothing is buffered here, so a flush has nothing to do; no other control is known.
long control(BIO*, int command, long, void*) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD* make_method() {
    BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "refrain socket");
    if (method == nullptr) return nullptr;
    BIO_meth_set_read_ex(method, read_socket);
    BIO_meth_set_write_ex(method, write_socket);
    BIO_meth_set_ctrl(method, control);
    return method;
}

}  // namespace

bio_st* make_socket_bio(Stream& stream) {
    static BIO_METHOD* const method = make_method();  // lives as long as the process
    if (method == nullptr) return nullptr;
    BIO* bio = BIO_new(method);
    if (bio == nullptr) return nullptr;
    BIO_set_data(bio, &stream);
    BIO_set_init(bio, 1);
    return bio;
}

}  // namespace refrain::net
