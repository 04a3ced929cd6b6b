// The composition root: builds everything a gateway is made of, owns it, runs it until a signal,
// and takes it down in order. The only place that names concrete tiers and vendors.
#pragma once

#include "config/load.hpp"

namespace refrain {

// Runs the gateway. Returns the process's exit code: 0 after a drain, 1 if it could not start.
int serve(const config::Loaded& loaded);

}  // namespace refrain
