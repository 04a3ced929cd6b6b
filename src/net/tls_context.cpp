#include "net/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>

namespace refrain::net {

namespace {

tl::unexpected<Error> refuse(const std::string& what) {
    std::array<char, 256> reason{};
    ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
    ERR_clear_error();
    return failure(ErrorCode::malformed, Origin::gateway, what + ": " + reason.data());
}

// The length byte and the name (RFC 7301 3.1).
constexpr std::array<unsigned char, 9> kAlpn{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

// Of what a client offers, the only protocol spoken here. Without it there is nothing to talk about
// (RFC 7301 3.2).
int choose_protocol(SSL*,
                    const unsigned char** chosen,
                    unsigned char* size,
                    const unsigned char* offered,
                    unsigned int offered_size,
                    void*) {
    unsigned char* found = nullptr;
    if (SSL_select_next_proto(&found, size, kAlpn.data(), kAlpn.size(), offered, offered_size) !=
        OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

// Asks nobody, where OpenSSL would ask the terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

SSL_CTX* make(const SSL_METHOD* method) {
    ERR_clear_error();
    SSL_CTX* native = SSL_CTX_new(method);
    if (native == nullptr) return nullptr;
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    // Writes take what the socket takes; buffers of idle connections are given back; reads take
    // all the socket has, which halves the system calls per record.
    SSL_CTX_set_mode(native,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                         SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(native, 1);
    return native;
}

}  // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::for_client(const std::string& ca_file) {
    SSL_CTX* native = make(TLS_client_method());
    if (native == nullptr) return refuse("make a TLS context");
    const std::shared_ptr<TlsContext> context(new TlsContext(native));
    SSL_CTX_set_verify(native, SSL_VERIFY_PEER, nullptr);
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

Result<std::shared_ptr<TlsContext>> TlsContext::for_server(const std::string& certificate_file,
                                                           const std::string& key_file) {
    SSL_CTX* native = make(TLS_server_method());
    if (native == nullptr) return refuse("make a TLS context");
    const std::shared_ptr<TlsContext> context(new TlsContext(native));
    SSL_CTX_set_options(native, SSL_OP_CIPHER_SERVER_PREFERENCE);
    // Sessions are resumed by tickets, which need no table here.
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
    SSL_CTX_set_default_passwd_cb(native, no_passphrase);
    if (SSL_CTX_use_certificate_chain_file(native, certificate_file.c_str()) != 1) {
        return refuse("load the certificate from " + certificate_file);
    }
    if (SSL_CTX_use_PrivateKey_file(native, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
        return refuse("load the certificate's key from " + key_file);
    }
    if (SSL_CTX_check_private_key(native) != 1) {
        return refuse(key_file + " is not the key of the certificate in " + certificate_file);
    }
    return context;
}

TlsContext::~TlsContext() {
    SSL_CTX_free(context_);
}

}  // namespace refrain::net
