#include "upstream/body_decoder.hpp"

#include "base/check.hpp"
#include "http/fields.hpp"

#include <brotli/decode.h>
#include <zlib.h>

#include <array>
#include <cstdint>

namespace refrain::upstream {

namespace {

// gzip (RFC 1952) and deflate, which is zlib's format (RFC 9110 8.4.1.2).
class ZlibDecoder final : public BodyDecoder {
  public:
    ZlibDecoder() {
        constexpr int kGzipOrZlib = 15 + 32;
        REFRAIN_CHECK(inflateInit2(&stream_, kGzipOrZlib) == Z_OK, "no memory to decode gzip");
    }
    ~ZlibDecoder() override { inflateEnd(&stream_); }
    ZlibDecoder(const ZlibDecoder&) = delete;
    ZlibDecoder& operator=(const ZlibDecoder&) = delete;

    Step next(std::string_view input) override {
        std::size_t consumed = 0;
        while (true) {
            const auto rest = input.substr(consumed);
            if (!in_member_) {
                if (rest.empty()) return {Status::need_more, consumed};
                // RFC 1952 2.2: a file is a series of members.
                if (inflateReset(&stream_) != Z_OK) return {Status::invalid, consumed};
                in_member_ = true;
            }
            const int answer = inflate_some(rest);
            consumed += rest.size() - stream_.avail_in;
            const std::size_t produced = output_.size() - stream_.avail_out;
            in_member_ = answer != Z_STREAM_END;
            if (answer != Z_OK && answer != Z_STREAM_END && answer != Z_BUF_ERROR) {
                return {Status::invalid, consumed};
            }
            if (produced > 0) return {Status::piece, consumed, {output_.data(), produced}};
            if (in_member_ && consumed == input.size()) return {Status::need_more, consumed};
        }
    }

    bool may_end() const noexcept override { return !in_member_; }

  private:
    int inflate_some(std::string_view input) {
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
        stream_.avail_in = static_cast<uInt>(input.size());
        stream_.next_out = reinterpret_cast<Bytef*>(output_.data());
        stream_.avail_out = static_cast<uInt>(output_.size());
        return inflate(&stream_, Z_SYNC_FLUSH);
    }

    z_stream stream_{};
    bool in_member_ = false;
    std::array<char, kPieceBytes> output_;
};

// RFC 7932.
class BrotliDecoder final : public BodyDecoder {
  public:
    BrotliDecoder() : state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {
        REFRAIN_CHECK(state_ != nullptr, "no memory to decode br");
    }
    ~BrotliDecoder() override { BrotliDecoderDestroyInstance(state_); }
    BrotliDecoder(const BrotliDecoder&) = delete;
    BrotliDecoder& operator=(const BrotliDecoder&) = delete;

    Step next(std::string_view input) override {
        if (ended_) return {input.empty() ? Status::need_more : Status::invalid};
        if (!begun_ && input.empty()) return {Status::need_more};
        begun_ = true;
        const auto* in = reinterpret_cast<const std::uint8_t*>(input.data());
        std::size_t in_left = input.size();
        auto* out = reinterpret_cast<std::uint8_t*>(output_.data());
        std::size_t out_left = output_.size();
        const auto answer =
            BrotliDecoderDecompressStream(state_, &in_left, &in, &out_left, &out, nullptr);
        const std::size_t consumed = input.size() - in_left;
        ended_ = answer == BROTLI_DECODER_RESULT_SUCCESS;
        if (answer == BROTLI_DECODER_RESULT_ERROR) return {Status::invalid, consumed};
        const std::size_t produced = output_.size() - out_left;
        if (produced > 0) return {Status::piece, consumed, {output_.data(), produced}};
        return {ended_ && in_left > 0 ? Status::invalid : Status::need_more, consumed};
    }

    bool may_end() const noexcept override { return ended_ || !begun_; }

  private:
    BrotliDecoderState* state_;
    bool begun_ = false;
    bool ended_ = false;
    std::array<char, kPieceBytes> output_;
};

}  // namespace

std::unique_ptr<BodyDecoder> BodyDecoder::make(std::string_view coding) {
    using http::equal_ignoring_case;
    if (equal_ignoring_case(coding, "gzip") || equal_ignoring_case(coding, "x-gzip") ||
        equal_ignoring_case(coding, "deflate")) {
        return std::make_unique<ZlibDecoder>();
    }
    if (equal_ignoring_case(coding, "br")) return std::make_unique<BrotliDecoder>();
    return nullptr;
}

}  // namespace refrain::upstream
