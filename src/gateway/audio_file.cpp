#include "gateway/audio_file.hpp"

#include "base/random.hpp"
#include "base/text_code.hpp"
#include "gateway/error_response.hpp"
#include "gateway/kept_sound.hpp"
#include "gateway/reply.hpp"
#include "http/conditional.hpp"
#include "http/date.hpp"
#include "http/digest_field.hpp"
#include "http/range.hpp"
#include "http/writer.hpp"

#include <vector>

namespace refrain::gateway {

namespace {

using http::RangeAnswer;
using net::Task;

// Scripts of other origins see what they need to seek in it; nobody takes it for a page.
constexpr std::string_view kFileFields =
    "Access-Control-Expose-Headers: Accept-Ranges, Cache-Status, Content-Digest, Content-Length, "
    "Content-Range, ETag, Repr-Digest\r\n"
    "Cross-Origin-Resource-Policy: cross-origin\r\n"
    "X-Content-Type-Options: nosniff\r\n";

class AudioReply {
  public:
    AudioReply(server::Exchange& exchange, const AudioFile& file)
        : exchange_(exchange),
          file_(file),
          body_(file.entry->body->view()),
          type_(KeptSound::from_text(file.entry->sound).value_or(KeptSound{}).content_type),
          etag_('"' + file.entry->body_digest.hex() + '"'),
          digest_(http::digest_field(file.entry->body_digest)) {}

    Task<Result<void>> run() {
        const http::Fields& fields = exchange_.head().fields;
        const http::Validators validators{etag_, file_.entry->created};
        const auto condition = http::evaluate(fields, validators);
        if (condition == http::Condition::failed) {
            auto sent = co_await refuse_audio(exchange_,
                                              412,
                                              "refrain_precondition_failed",
                                              "the audio is not the one that If-Match or "
                                              "If-Unmodified-Since asks for",
                                              "");
            co_return sent;
        }
        if (condition == http::Condition::not_modified) {
            std::string& head = begin(304);
            const std::string_view nothing;
            auto sent = co_await exchange_.reply(head, nothing);
            co_return sent;
        }
        const RangeAnswer range = range_asked(validators);
        if (range.kind == RangeAnswer::Kind::unsatisfiable) {
            auto sent = co_await refuse_range();
            co_return sent;
        }
        if (range.parts.size() > 1) {
            auto sent = co_await send_parts(range.parts);
            co_return sent;
        }
        auto sent = co_await send_one(range);
        co_return sent;
    }

  private:
    // Ranges are for GET alone (RFC 9110 14.2).
    RangeAnswer range_asked(const http::Validators& validators) const {
        const http::Fields& fields = exchange_.head().fields;
        if (exchange_.head().method != "GET" || fields.count("range") != 1) return {};
        if (!http::range_counts(fields, validators)) return {};
        return http::resolve_range(*fields.find("range"), body_.size());
    }

    Task<Result<void>> refuse_range() {
        const std::string sentence = "the range begins after the end of the audio, which has " +
                                     std::to_string(body_.size()) + " bytes";
        const std::string fields =
            "Content-Range: " + http::unsatisfied_range(body_.size()) + "\r\n";
        auto sent = co_await refuse_audio(
            exchange_, 416, "refrain_range_not_satisfiable", sentence, fields);
        co_return sent;
    }

    // All of it, or one part.
    Task<Result<void>> send_one(const RangeAnswer& range) {
        const bool whole = range.kind == RangeAnswer::Kind::whole;
        std::string& head = begin(whole ? 200 : 206);
        http::HeadWriter writer(head);
        writer.field("Content-Type", type_).field("Repr-Digest", digest_);
        http::ByteRange part{0, body_.size() - 1};
        if (whole) {
            // Of what this very message carries (RFC 9530 2): to HEAD that is nothing.
            if (exchange_.head().method == "GET") writer.field("Content-Digest", digest_);
        } else {
            part = range.parts.front();
            writer.field("Content-Range", http::content_range(part, body_.size()));
        }
        auto sent =
            co_await reply_part(exchange_, head, *file_.entry->body, part.first, part.size());
        co_return sent;
    }

    // RFC 9110 14.6
    Task<Result<void>> send_parts(const std::vector<http::ByteRange>& parts) {
        const std::string boundary = hex_encode(random_bytes(16));
        const std::string last = "\r\n--" + boundary + "--\r\n";
        std::vector<std::string> heads;
        std::uint64_t length = last.size();
        for (const auto& part : parts) {
            heads.push_back("\r\n--" + boundary + "\r\nContent-Type: " + type_ +
                            "\r\nContent-Range: " + http::content_range(part, body_.size()) +
                            "\r\n\r\n");
            length += heads.back().size() + part.size();
        }
        std::string& head = begin(206);
        http::HeadWriter writer(head);
        writer.field("Content-Type", "multipart/byteranges; boundary=" + boundary);
        writer.field("Repr-Digest", digest_);
        exchange_.begin(head, length);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const auto begun = co_await exchange_.write(heads[i]);
            if (!begun) co_return begun;
            const auto piece = body_.substr(parts[i].first, parts[i].size());
            const auto written = co_await exchange_.write(piece);
            if (!written) co_return written;
        }
        const auto written = co_await exchange_.write(last);
        if (!written) co_return written;
        auto ended = co_await exchange_.end();
        co_return ended;
    }

    // What 200, 206 and 304 have in common.
    std::string& begin(int status) {
        std::string& head = exchange_.scratch();
        http::HeadWriter writer(head);
        writer.status(status);
        writer.field("ETag", etag_);
        writer.field("Last-Modified", http::http_date(file_.entry->created).view());
        writer.field("Cache-Control", file_.cache_control);
        writer.field("Accept-Ranges", "bytes");
        head.append(kSharingField).append(kFileFields);
        StatusLines lines;
        lines.outcome = Outcome::hit;
        lines.detail = file_.tier;
        append_status_lines(head, lines);
        return head;
    }

    server::Exchange& exchange_;
    const AudioFile& file_;
    std::string_view body_;
    std::string type_;
    std::string etag_;
    std::string digest_;
};

}  // namespace

Task<Result<void>> reply_audio(server::Exchange& exchange, AudioFile file) {
    AudioReply reply(exchange, file);
    auto sent = co_await reply.run();
    co_return sent;
}

Task<Result<void>> refuse_audio(server::Exchange& exchange,
                                int status,
                                std::string_view code,
                                std::string_view sentence,
                                std::string_view fields) {
    auto answer = error_answer(providers::Dialect::openai, status, code, sentence);
    answer.head.append(kSharingField).append("Cache-Control: no-store\r\n").append(fields);
    auto sent = co_await reply_error(exchange, answer, nullptr);
    co_return sent;
}

}  // namespace refrain::gateway
