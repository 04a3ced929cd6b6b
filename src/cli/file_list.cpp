#include "cli/file_list.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace refrain::cli {

namespace {

namespace fs = std::filesystem;

void add_folder(const fs::path& top, FileList& list, Console& console) {
    std::vector<fs::path> folders{top};
    std::vector<std::string> found;
    while (!folders.empty()) {
        const fs::path folder = std::move(folders.back());
        folders.pop_back();
        std::error_code fault;
        fs::directory_iterator entry(folder, fault);
        for (; !fault && entry != fs::directory_iterator(); entry.increment(fault)) {
            std::error_code gone;
            if (entry->is_regular_file(gone)) {
                found.push_back(entry->path().string());
            } else if (!entry->is_symlink(gone) && entry->is_directory(gone)) {
                folders.push_back(entry->path());
            }
        }
        if (!fault) continue;
        console.complain(folder.string() + ": " + fault.message());
        list.complete = false;
    }
    std::sort(found.begin(), found.end());
    list.files.insert(list.files.end(), found.begin(), found.end());
}

}  // namespace

FileList list_files(const std::vector<std::string>& names, Console& console) {
    FileList list;
    for (const std::string& name : names) {
        std::error_code ignored;
        if (name != "-" && fs::is_directory(name, ignored)) {
            add_folder(name, list, console);
        } else {
            list.files.push_back(name);
        }
    }
    return list;
}

}  // namespace refrain::cli
