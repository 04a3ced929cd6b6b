// The file that a reset leaves behind: every cell as one line of JSON, for people and scripts.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "ledger/store.hpp"

#include <string>
#include <vector>

namespace refrain::ledger {

// Whole or not at all. Returns the file's path in `directory`, which is made if need be.
Result<std::string> write_archive(const std::string& directory,
                                  WallTime since,
                                  WallTime until,
                                  const std::vector<Row>& rows);

// The name of a figure in that file: "input_tokens", "spent_usd".
std::string_view name(Figure figure) noexcept;
bool is_money(Figure figure) noexcept;

}  // namespace refrain::ledger
