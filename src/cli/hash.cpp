#include "cli/checksum_line.hpp"
#include "cli/commands.hpp"
#include "cli/content_address.hpp"
#include "cli/file_list.hpp"
#include "cli/input.hpp"
#include "providers/json.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>

namespace refrain::cli {

namespace {

constexpr std::uint64_t kMaxListBytes = 256 << 20;

std::string json_of(const std::string& file, const ContentAddress& address) {
    providers::Json object;
    object["file"] = file;
    object["kind"] = address.kind;
    object["digest"] = address.digest.hex();
    object["bytes"] = address.bytes;
    object["bytes_digest"] = address.bytes_digest.hex();
    if (const auto& sound = address.sound) {
        if (address.kind != "bytes") object["sound_digest"] = address.digest.hex();
        object["container"] = name(sound->container);
        object["codec"] = sound->codec;
        object["rate"] = sound->rate;
        object["channels"] = sound->channels;
        object["frames"] = sound->frames;
        if (sound->duration) {
            object["duration_seconds"] = static_cast<double>(sound->duration->count()) / 1000;
        }
    }
    return object.dump(-1, ' ', false, providers::Json::error_handler_t::replace);
}

Result<ContentAddress> address_of(const std::string& file, bool bytes, Console& console) {
    auto input = Input::open(file, console);
    if (!input) return failure(input.error());
    std::error_code unknown;
    const auto size = file == "-" ? 0 : std::filesystem::file_size(file, unknown);
    Progress progress(console, file, unknown ? 0 : size);
    return content_address(*input, bytes, progress);
}

int print(const HashOptions& options, Console& console) {
    const FileList list = list_files(options.files, console);
    int code = list.complete ? kDone : kFailed;
    for (const std::string& file : list.files) {
        const auto address = address_of(file, options.bytes, console);
        if (!address) {
            console.complain(address.error().message);
            code = kFailed;
            continue;
        }
        console.out << (options.json ? json_of(file, *address)
                                     : write_checksum_line({address->digest, file}))
                    << '\n';
    }
    return code;
}

// How the files of a list compared to it.
struct Tally {
    int matched = 0;
    int different = 0;
    int unreadable = 0;
    int malformed = 0;

    bool good() const { return matched > 0 && different + unreadable + malformed == 0; }
};

void check_line(std::string_view text, bool bytes, Tally& tally, Console& console) {
    const auto line = read_checksum_line(text);
    if (!line) {
        ++tally.malformed;
        return;
    }
    // Without the digest, as it stands in a list: escaped if need be.
    std::string label = write_checksum_line({{}, line->file});
    label.erase(label.starts_with('\\') ? 1 : 0, Digest{}.hex().size() + 2);
    const auto address = address_of(line->file, bytes, console);
    if (!address) {
        ++tally.unreadable;
        console.complain(address.error().message);
        console.out << label << ": FAILED open or read\n";
    } else if (address->digest == line->digest) {
        ++tally.matched;
        console.out << label << ": OK\n";
    } else {
        ++tally.different;
        console.out << label << ": FAILED\n";
    }
}

void complain_about(const Tally& tally, const std::string& file, Console& console) {
    const auto count = [&](int number, const char* what) {
        if (number > 0) console.complain(file + ": " + std::to_string(number) + what);
    };
    count(tally.malformed, " lines are no digests with a file");
    count(tally.unreadable, " files could not be read");
    count(tally.different, " files do not match");
    if (tally.matched + tally.different + tally.unreadable == 0) {
        console.complain(file + ": lists no files");
    }
}

int check_list(const std::string& file, bool bytes, Console& console) {
    auto input = Input::open(file, console);
    const auto text = input ? input->read_all(kMaxListBytes) : failure(input.error());
    if (!text) {
        console.complain(text.error().message);
        return kFailed;
    }
    Tally tally;
    std::string_view rest = *text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty()) check_line(line, bytes, tally, console);
    }
    complain_about(tally, file, console);
    return tally.good() ? kDone : kFailed;
}

}  // namespace

int hash(const HashOptions& options, Console& console) {
    if (!options.check) return print(options, console);
    int code = kDone;
    for (const std::string& file : options.files)
        code = std::max(code, check_list(file, options.bytes, console));
    return code;
}

}  // namespace refrain::cli
