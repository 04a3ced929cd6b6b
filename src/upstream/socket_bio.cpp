#include "upstream/socket_bio.hpp"

#include <openssl/bio.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace refrain::upstream {

namespace {

int descriptor_of(BIO* bio) {
    return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

bool is_temporary(int error) noexcept {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

int read_socket(BIO* bio, char* to, std::size_t room, std::size_t* bytes) {
    BIO_clear_retry_flags(bio);
    const ssize_t got = ::recv(descriptor_of(bio), to, room, 0);
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
    const ssize_t sent = ::send(descriptor_of(bio), from, size, MSG_NOSIGNAL);
    if (sent >= 0) {
        *bytes = static_cast<std::size_t>(sent);
        return 1;
    }
    if (is_temporary(errno)) BIO_set_retry_write(bio);
    return 0;
}

// Nothing is buffered, so a flush has nothing to do; no other control is known.
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

bio_st* make_socket_bio(int descriptor) {
    static BIO_METHOD* const method = make_method();  // lives as long as the process
    if (method == nullptr) return nullptr;
    BIO* bio = BIO_new(method);
    if (bio == nullptr) return nullptr;
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(descriptor)));
    BIO_set_init(bio, 1);
    return bio;
}

}  // namespace refrain::upstream
