// What TLS sessions of one kind have in common: whom we trust, or who we are. Serves every loop;
// immutable after it was made.
#pragma once

#include "base/error.hpp"

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace refrain::net {

class TlsContext {
  public:
    // Towards servers: verification, host check and SNI are always on. Trusts the system's store,
    // or the PEM file named by `ca_file` (SSL_CERT_FILE) if not empty.
    static Result<std::shared_ptr<TlsContext>> for_client(const std::string& ca_file);
    // Towards clients, who show no certificate. PEM files: the certificate with its chain, and its
    // key without a passphrase. The Error names the file that is wrong.
    static Result<std::shared_ptr<TlsContext>> for_server(const std::string& certificate_file,
                                                          const std::string& key_file);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    ssl_ctx_st* native() const noexcept { return context_; }

  private:
    explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
    ssl_ctx_st* context_;
};

}  // namespace refrain::net
