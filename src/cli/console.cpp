#include "cli/console.hpp"

#include "cli/printable.hpp"

namespace refrain::cli {

void Console::complain(std::string_view message) {
    err << "refrain: " << printable(message) << '\n';
}

}  // namespace refrain::cli
