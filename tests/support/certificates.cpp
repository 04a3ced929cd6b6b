#include "support/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace refrain::tests {

namespace {

constexpr long kDay = 24 * 60 * 60;

std::shared_ptr<EVP_PKEY> make_key() {
    return {EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free};
}

void extend(X509* certificate, int kind, const char* value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

std::shared_ptr<X509> make_certificate(EVP_PKEY* key, const char* name, int from, int to) {
    static long serial = 0;
    const std::shared_ptr<X509> certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from * kDay);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), to * kDay);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()),
                               "CN",
                               MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name),
                               -1,
                               -1,
                               0);
    return certificate;
}

std::string write_temporary(X509* certificate) {
    std::string path = "/tmp/refrain-test-ca-XXXXXX";
    const int descriptor = ::mkstemp(path.data());
    std::FILE* file = ::fdopen(descriptor, "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    return path;
}

}  // namespace

Authority::Authority() {
    authority_.key = make_key();
    authority_.certificate = make_certificate(authority_.key.get(), "Test authority", -30, 30);
    X509* const certificate = authority_.certificate.get();
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    extend(certificate, NID_basic_constraints, "critical,CA:TRUE");
    extend(certificate, NID_key_usage, "critical,keyCertSign");
    X509_sign(certificate, authority_.key.get(), EVP_sha256());
    ca_file_ = write_temporary(certificate);
}

Authority::~Authority() {
    ::unlink(ca_file_.c_str());
}

Authority::Pair Authority::sign(const CertificateWish& wish) const {
    Pair pair;
    pair.key = make_key();
    pair.certificate =
        make_certificate(pair.key.get(), "Test server", wish.days_from, wish.days_to);
    X509* const certificate = pair.certificate.get();
    X509_set_issuer_name(certificate, X509_get_subject_name(authority_.certificate.get()));
    extend(certificate, NID_subject_alt_name, wish.names.c_str());
    X509_sign(certificate, authority_.key.get(), EVP_sha256());
    return pair;
}

std::shared_ptr<SSL_CTX> Authority::serve(const CertificateWish& wish) const {
    const Pair pair = sign(wish);
    const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    if (SSL_CTX_use_certificate(context.get(), pair.certificate.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context.get(), pair.key.get()) != 1) {
        std::abort();
    }
    return context;
}

Authority::Files Authority::write(const std::string& folder, const CertificateWish& wish) const {
    const Pair pair = sign(wish);
    Files files{folder + "/certificate.pem", folder + "/key.pem"};
    std::FILE* certificate = std::fopen(files.certificate.c_str(), "w");
    std::FILE* key = std::fopen(files.key.c_str(), "w");
    if (certificate == nullptr || key == nullptr) std::abort();
    PEM_write_X509(certificate, pair.certificate.get());
    PEM_write_PrivateKey(key, pair.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(certificate);
    std::fclose(key);
    return files;
}

}  // namespace refrain::tests
