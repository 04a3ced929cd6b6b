#include "cache/key.hpp"

namespace refrain::cache {

Key derive_key(const KeyFields& fields) {
    return sha256_framed({kKeyVersion,
                          fields.operation,
                          fields.upstream,
                          fields.scope,
                          fields.variant,
                          fields.canonical});
}

}  // namespace refrain::cache
