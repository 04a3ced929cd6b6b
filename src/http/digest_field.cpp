#include "http/digest_field.hpp"

#include "base/text_code.hpp"

namespace refrain::http {

std::string digest_field(const Digest& digest) {
    return "sha-256=:" + base64_encode(digest.view()) + ":";
}

}  // namespace refrain::http
