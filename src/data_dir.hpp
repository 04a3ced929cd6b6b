// The data directory: made for its owner alone, and home of the secret that keys credential scopes.
// Used once, at start-up.
#pragma once

#include "base/error.hpp"

#include <string>

namespace refrain {

// Makes the directory, and those above it, where missing; 0700. Fails with a sentence if it cannot
// be made, is no directory, or is not writable.
Result<void> prepare_data_dir(const std::string& directory);

// The 32 bytes in `directory`/secret; made at the first start, 0600. Losing them empties every
// credential-scoped cache; whoever reads them can test guesses of credentials against stored keys.
Result<std::string> load_secret(const std::string& directory);

}  // namespace refrain
