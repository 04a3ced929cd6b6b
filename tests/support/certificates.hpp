// Certificates made at the start of a test: an authority, and what it signs. The file with the
// authority's certificate is removed at the end.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

namespace refrain::tests {

struct CertificateWish {
    std::string names = "DNS:localhost,IP:127.0.0.1";  // the subject's alternative names
    int days_from = -1;
    int days_to = 30;
};

class Authority {
  public:
    Authority();
    ~Authority();
    Authority(const Authority&) = delete;
    Authority& operator=(const Authority&) = delete;

    // What trusts it.
    const std::string& ca_file() const noexcept { return ca_file_; }

    // A server's context with a certificate as wished.
    std::shared_ptr<SSL_CTX> serve(const CertificateWish& wish = {}) const;

    // PEM files with such a certificate and its key, in that folder.
    struct Files {
        std::string certificate;
        std::string key;
    };
    Files write(const std::string& folder, const CertificateWish& wish = {}) const;

    struct Pair {
        std::shared_ptr<X509> certificate;
        std::shared_ptr<EVP_PKEY> key;
    };
    Pair sign(const CertificateWish& wish) const;

  private:
    Pair authority_;
    std::string ca_file_;
};

}  // namespace refrain::tests
