// encode_body and decode_body: docs/formats/entry.md has the layout, byte by byte.
#include "cache/bytes.hpp"
#include "cache/entry.hpp"

#include <zstd.h>

#include <memory>

namespace refrain::cache {

namespace {

constexpr std::string_view kBodyMagic = "RfBo";
constexpr std::uint16_t kBodyVersion = 1;
constexpr std::size_t kCompressAbove = 1024;
constexpr int kLevel = 3;

enum class Coding : std::uint16_t { plain = 0, zstd = 1 };  // on disk

struct ContextDeleter {
    void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
};

tl::unexpected<Error> damaged(const char* what) {
    return failure(ErrorCode::broken, Origin::cache, std::string("stored body: ") + what);
}

// Empty if compression does not make it smaller (audio, noise) or there is no memory for it.
std::string compressed(std::string_view body) {
    thread_local const std::unique_ptr<ZSTD_CCtx, ContextDeleter> context(ZSTD_createCCtx());
    if (!context) return {};
    std::string out(body.size() - 1, '\0');
    const auto size =
        ZSTD_compressCCtx(context.get(), out.data(), out.size(), body.data(), body.size(), kLevel);
    if (ZSTD_isError(size) != 0) return {};
    out.resize(size);
    return out;
}

Result<BodyPtr> decompressed(std::string_view frame, std::size_t size) {
    thread_local const std::unique_ptr<ZSTD_DCtx, ContextDeleter> context(ZSTD_createDCtx());
    if (!context) return damaged("no memory to decompress it");
    if (ZSTD_getFrameContentSize(frame.data(), frame.size()) != size) {
        return damaged("sizes disagree");
    }
    std::string body(size, '\0');
    const auto got =
        ZSTD_decompressDCtx(context.get(), body.data(), body.size(), frame.data(), frame.size());
    if (ZSTD_isError(got) != 0 || got != size) return damaged("does not decompress");
    return make_body(std::move(body));
}

}  // namespace

std::string encode_body(std::string_view body, BodyCoding wanted) {
    const bool worth_trying = wanted == BodyCoding::zstd && body.size() > kCompressAbove;
    const auto smaller = worth_trying ? compressed(body) : std::string();
    const auto coding = smaller.empty() ? Coding::plain : Coding::zstd;
    const std::string_view payload = smaller.empty() ? body : std::string_view(smaller);

    ByteWriter out;
    out.reserve(payload.size() + 24);
    out.raw(kBodyMagic);
    out.u16(kBodyVersion);
    out.u16(static_cast<std::uint16_t>(coding));
    out.u64(body.size());
    out.raw(payload);
    return std::move(out).sealed();
}

Result<BodyPtr> decode_body(std::string_view bytes, std::size_t limit_bytes) {
    if (!bytes.starts_with(kBodyMagic)) return damaged("not a body");
    if (!unseal(bytes)) return damaged("checksum mismatch");
    ByteReader in(bytes.substr(kBodyMagic.size()));
    const auto version = in.u16();
    const auto coding = in.u16();
    const auto size = in.u64();
    if (!in.ok()) return damaged("cut short");
    if (version != kBodyVersion) return damaged("unknown version");
    if (size > limit_bytes) {
        return failure(ErrorCode::too_large, Origin::cache, "stored body: over the size limit");
    }
    const auto payload = in.rest();
    switch (static_cast<Coding>(coding)) {
        case Coding::plain:
            if (payload.size() != size) return damaged("sizes disagree");
            return join_body({&payload, 1});
        case Coding::zstd: return decompressed(payload, size);
    }
    return damaged("unknown coding");
}

}  // namespace refrain::cache
