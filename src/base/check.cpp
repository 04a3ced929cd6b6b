#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace refrain {

void check_failed(const char* file, int line, const char* sentence) noexcept {
    std::fprintf(stderr, "refrain: broken invariant at %s:%d: %s\n", file, line, sentence);
    std::abort();
}

}  // namespace refrain
