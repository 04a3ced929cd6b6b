// How much longer bounds on processor time are where sanitizers are at work.
#pragma once

namespace refrain::tests {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr int kSlower = 20;
#else
inline constexpr int kSlower = 1;
#endif

}  // namespace refrain::tests
