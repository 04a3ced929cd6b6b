// Documents made from the table of settings, so that they cannot fall behind it. Pure.
#pragma once

#include <string>

namespace refrain::config {

// docs/configuration.md
std::string markdown_page();

// samples/configs/every-key.toml: every key with its default and its meaning.
std::string every_key_toml();

}  // namespace refrain::config
