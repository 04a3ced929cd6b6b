// TLS towards upstreams: verification, host check and SNI are always on. One context serves every
// loop; it is immutable after it was made.
#pragma once

#include "base/error.hpp"

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace refrain::upstream {

class TlsContext {
  public:
    // The system's trust store, or the PEM file named by `ca_file` (SSL_CERT_FILE) if not empty.
    static Result<std::shared_ptr<TlsContext>> create(const std::string& ca_file);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    ssl_ctx_st* native() const noexcept { return context_; }

  private:
    explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
    ssl_ctx_st* context_;
};

}  // namespace refrain::upstream
