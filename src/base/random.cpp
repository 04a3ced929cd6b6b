#include "base/random.hpp"

#include "base/check.hpp"

#include <openssl/rand.h>

namespace refrain {

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    auto* data = reinterpret_cast<unsigned char*>(bytes.data());
    REFRAIN_CHECK(RAND_bytes(data, static_cast<int>(count)) == 1, "no randomness");
    return bytes;
}

}  // namespace refrain
