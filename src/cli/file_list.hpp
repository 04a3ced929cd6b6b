// The files a command line means: a folder stands for all files in it, however deep, sorted by
// name.
#pragma once

#include "cli/console.hpp"

#include <string>
#include <vector>

namespace refrain::cli {

struct FileList {
    std::vector<std::string> files;
    bool complete = true;  // every folder could be read; those that could not were complained about
};

// Links to folders are not followed; what is neither a file nor a folder is left out.
FileList list_files(const std::vector<std::string>& names, Console& console);

}  // namespace refrain::cli
