#include "upstream/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>

namespace refrain::upstream {

namespace {

tl::unexpected<Error> refuse(const std::string& what) {
    std::array<char, 256> reason{};
    ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
    ERR_clear_error();
    return failure(ErrorCode::malformed, Origin::gateway, what + ": " + reason.data());
}

// The length byte and the name (RFC 7301 3.1).
constexpr std::array<unsigned char, 9> kAlpn{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

}  // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::create(const std::string& ca_file) {
    ERR_clear_error();
    SSL_CTX* native = SSL_CTX_new(TLS_client_method());
    if (native == nullptr) return refuse("make a TLS context");
    const std::shared_ptr<TlsContext> context(new TlsContext(native));

    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_verify(native, SSL_VERIFY_PEER, nullptr);
    // Writes take what the socket takes; buffers of idle connections are given back; reads take
    // all the socket has, which halves the system calls per record.
    SSL_CTX_set_mode(native,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                         SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(native, 1);
    if (SSL_CTX_set_alpn_protos(native, kAlpn.data(), kAlpn.size()) != 0) {
        return refuse("offer http/1.1 by ALPN");
    }
    if (ca_file.empty()) {
        if (SSL_CTX_set_default_verify_paths(native) != 1) {
            return refuse("load the system's trusted certificates");
        }
    } else if (SSL_CTX_load_verify_file(native, ca_file.c_str()) != 1) {
        return refuse("load trusted certificates from " + ca_file);
    }
    return context;
}

TlsContext::~TlsContext() {
    SSL_CTX_free(context_);
}

}  // namespace refrain::upstream
