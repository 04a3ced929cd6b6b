// Threads whose work can wait for the event loops.
#pragma once

namespace refrain {

// Lowers the calling thread's share of a processor that others want too (nice 10). Where the system
// refuses, nothing changes.
void yield_to_loops() noexcept;

}  // namespace refrain
