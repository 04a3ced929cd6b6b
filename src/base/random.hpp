// Unpredictable bytes from OpenSSL's generator. Thread-safe.
#pragma once

#include <cstddef>
#include <string>

namespace refrain {

std::string random_bytes(std::size_t count);

}  // namespace refrain
