#include "cli/input.hpp"

#include "base/duration.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace refrain::cli {

namespace {

constexpr std::size_t kPieceBytes = 64 << 10;

}  // namespace

Input::Input(std::string name, std::unique_ptr<std::ifstream> file, std::istream& stream)
    : name_(std::move(name)), file_(std::move(file)), stream_(&stream) {}

Result<Input> Input::open(const std::string& name, Console& console) {
    if (name == "-") return Input(name, nullptr, console.in);
    std::error_code ignored;
    if (std::filesystem::is_directory(name, ignored)) {
        return failure(ErrorCode::unsupported, Origin::client, name + ": is a folder, not a file");
    }
    auto file = std::make_unique<std::ifstream>(name, std::ios::binary);
    if (!*file) {
        return failure(ErrorCode::not_found, Origin::client, name + ": " + std::strerror(errno));
    }
    std::istream& stream = *file;
    return Input(name, std::move(file), stream);
}

Result<std::string> Input::read_some() {
    std::string piece(kPieceBytes, '\0');
    stream_->read(piece.data(), static_cast<std::streamsize>(piece.size()));
    if (stream_->bad()) {
        return failure(ErrorCode::broken, Origin::client, name_ + ": reading failed half way");
    }
    piece.resize(static_cast<std::size_t>(stream_->gcount()));
    return piece;
}

Result<std::string> Input::read_all(std::uint64_t limit_bytes) {
    std::string all;
    for (;;) {
        const auto piece = read_some();
        if (!piece) return failure(piece.error());
        if (piece->empty()) return all;
        all += *piece;
        if (all.size() > limit_bytes) {
            return failure(ErrorCode::too_large,
                           Origin::client,
                           name_ + ": is longer than " + format_bytes(limit_bytes));
        }
    }
}

}  // namespace refrain::cli
