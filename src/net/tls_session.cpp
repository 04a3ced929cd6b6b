#include "net/tls_session.hpp"

#include "net/socket_bio.hpp"
#include "net/tls_context.hpp"

#include <boost/asio/ip/address.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <cstring>

namespace refrain::net {

namespace {

constexpr std::size_t kRecordBytes = 16 * 1024;  // at most (RFC 8446 5.1)

bool is_ip_address(const std::string& host) {
    boost::system::error_code error;
    boost::asio::ip::make_address(host, error);
    return !error;
}

// Whom the certificate must name. IP addresses are never sent as SNI (RFC 6066 3).
bool expect_host(SSL* ssl, const std::string& host) {
    if (is_ip_address(host)) {
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
    }
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(ssl, host.c_str()) == 1 && SSL_ctrl(ssl,
                                                             SSL_CTRL_SET_TLSEXT_HOSTNAME,
                                                             TLSEXT_NAMETYPE_host_name,
                                                             const_cast<char*>(host.c_str())) == 1;
}

tl::unexpected<Error> no_memory() {
    return failure(ErrorCode::unavailable, Origin::gateway, "no memory for a TLS session");
}

}  // namespace

// Null if there is no memory.
SSL* TlsSession::make(const TlsContext& context, Stream& stream) {
    SSL* ssl = SSL_new(context.native());
    BIO* bio = make_socket_bio(stream);
    if (ssl != nullptr && bio != nullptr) {
        SSL_set_bio(ssl, bio, bio);
        return ssl;
    }
    SSL_free(ssl);
    BIO_free(bio);
    return nullptr;
}

Result<std::unique_ptr<TlsSession>> TlsSession::connect(const TlsContext& context,
                                                        Stream& stream,
                                                        const std::string& host) {
    SSL* ssl = make(context, stream);
    if (ssl == nullptr || !expect_host(ssl, host)) {
        SSL_free(ssl);
        return no_memory();
    }
    SSL_set_connect_state(ssl);
    return std::unique_ptr<TlsSession>(new TlsSession(ssl));
}

Result<std::unique_ptr<TlsSession>> TlsSession::accept(const TlsContext& context, Stream& stream) {
    SSL* ssl = make(context, stream);
    if (ssl == nullptr) return no_memory();
    SSL_set_accept_state(ssl);
    return std::unique_ptr<TlsSession>(new TlsSession(ssl));
}

TlsSession::~TlsSession() {
    SSL_free(ssl_);
}

Attempt TlsSession::handshake() {
    ERR_clear_error();
    const Attempt attempt = conclude(SSL_do_handshake(ssl_), 0);
    open_ = attempt.outcome == Attempt::Outcome::done;
    return attempt;
}

Attempt TlsSession::read(char* to, std::size_t room) {
    ERR_clear_error();
    std::size_t bytes = 0;
    const int answer = SSL_read_ex(ssl_, to, room, &bytes);
    return conclude(answer, bytes);
}

Attempt TlsSession::write(std::span<const iovec> pieces) {
    // Of all sessions of a thread: OpenSSL copies what it takes.
    thread_local std::string record;
    record.clear();
    for (const iovec& piece : pieces) {
        const std::string_view bytes(static_cast<const char*>(piece.iov_base), piece.iov_len);
        if (record.empty() && bytes.size() >= kRecordBytes) return write_record(bytes);
        record.append(bytes.substr(0, kRecordBytes - record.size()));
        if (record.size() == kRecordBytes) break;
    }
    if (record.empty()) return {Attempt::Outcome::done};
    return write_record(record);
}

Attempt TlsSession::write_record(std::string_view bytes) {
    ERR_clear_error();
    std::size_t written = 0;
    const int answer = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &written);
    return conclude(answer, written);
}

Attempt TlsSession::peek() {
    ERR_clear_error();
    char byte = 0;
    std::size_t bytes = 0;
    const int answer = SSL_peek_ex(ssl_, &byte, 1, &bytes);
    return conclude(answer, bytes);
}

void TlsSession::shutdown() noexcept {
    if (!open_) return;
    open_ = false;
    ERR_clear_error();
    SSL_shutdown(ssl_);
}

bool TlsSession::has_pending() const noexcept {
    return SSL_has_pending(ssl_) == 1;
}

bool TlsSession::has_plain() const noexcept {
    return SSL_pending(ssl_) > 0;
}

Attempt TlsSession::conclude(int answer, std::size_t bytes) {
    if (answer == 1) return {Attempt::Outcome::done, bytes};
    const int kind = SSL_get_error(ssl_, answer);
    switch (kind) {
        case SSL_ERROR_WANT_READ: return {Attempt::Outcome::want_read};
        case SSL_ERROR_WANT_WRITE: return {Attempt::Outcome::want_write};
        case SSL_ERROR_ZERO_RETURN: return {Attempt::Outcome::end};
        default: break;
    }
    fault_ = describe(kind);
    heard_http_ = ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST;
    open_ = false;
    return {Attempt::Outcome::failed};
}

std::string TlsSession::describe(int kind) const {
    if (kind == SSL_ERROR_SYSCALL) {
        return errno == 0 ? "closed without ending TLS" : std::strerror(errno);
    }
    const long verdict = SSL_get_verify_result(ssl_);
    if (verdict != X509_V_OK) {
        return std::string("the certificate was refused: ") +
               X509_verify_cert_error_string(verdict);
    }
    const char* reason = ERR_reason_error_string(ERR_peek_error());
    return reason == nullptr ? "TLS failed" : std::string("TLS failed: ") + reason;
}

}  // namespace refrain::net
