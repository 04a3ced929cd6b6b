// REFRAIN_CHECK: a broken invariant ends the process with its sentence. Never for bad input.
#pragma once

namespace refrain {

[[noreturn]] void check_failed(const char* file, int line, const char* sentence) noexcept;

}  // namespace refrain

#define REFRAIN_CHECK(condition, sentence) \
    ((condition) ? void(0) : ::refrain::check_failed(__FILE__, __LINE__, sentence))
