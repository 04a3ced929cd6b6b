// The files of the dashboard, under the names in their URLs.
#pragma once

#include "base/embedded.hpp"

#include <span>

namespace refrain::control {

std::span<const EmbeddedFile> embedded_files();

}  // namespace refrain::control
