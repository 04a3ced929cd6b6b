#include "ledger/store.hpp"

namespace refrain::ledger {

namespace {

constexpr char kHour = 'h';
constexpr char kDay = 'd';
constexpr unsigned char kVersion = 1;

template <class Number>
void append_big_endian(std::string& out, Number number) {
    for (int shift = static_cast<int>(sizeof(Number)) * 8 - 8; shift >= 0; shift -= 8)
        out.push_back(static_cast<char>(number >> shift & 0xff));
}

void append_text(std::string& out, std::string_view text) {
    append_big_endian(out, static_cast<std::uint16_t>(text.size()));
    out.append(text);
}

// Takes pieces off the front; once something is missing, nothing more is taken.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    template <class Number>
    Number number() {
        const auto piece = take(sizeof(Number));
        Number value = 0;
        for (const char c : piece)
            value = static_cast<Number>(value << 8 | static_cast<unsigned char>(c));
        return value;
    }
    std::string text() { return std::string(take(number<std::uint16_t>())); }
    bool is_good() const { return good_; }
    bool is_at_end() const { return good_ && bytes_.empty(); }

  private:
    std::string_view take(std::size_t size) {
        if (!good_ || bytes_.size() < size) {
            good_ = false;
            return {};
        }
        const auto piece = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return piece;
    }

    std::string_view bytes_;
    bool good_ = true;
};

}  // namespace

std::string encode_key(const Row& row) {
    std::string key(1, row.period.is_day ? kDay : kHour);
    append_big_endian(key, row.period.number);
    for (const auto* text : {&row.subject.operation,
                             &row.subject.provider,
                             &row.subject.model,
                             &row.subject.voice,
                             &row.party.tenant}) {
        append_text(key, *text);
    }
    for (const std::string& tag : row.party.tags)
        append_text(key, tag);
    return key;
}

std::string encode_figures(const Figures& figures) {
    std::string out(1, static_cast<char>(kVersion));
    for (const auto value : figures.values)
        append_big_endian(out, static_cast<std::uint64_t>(value));
    return out;
}

Result<Row> decode_row(std::string_view key, std::string_view figures) {
    const auto damaged = failure(ErrorCode::broken, Origin::gateway, "a row that cannot be read");
    if (key.empty() || (key[0] != kHour && key[0] != kDay)) return damaged;
    Row row;
    row.period.is_day = key[0] == kDay;
    Reader names(key.substr(1));
    row.period.number = names.number<std::uint32_t>();
    for (auto* text : {&row.subject.operation,
                       &row.subject.provider,
                       &row.subject.model,
                       &row.subject.voice,
                       &row.party.tenant}) {
        *text = names.text();
    }
    while (names.is_good() && !names.is_at_end())
        row.party.tags.push_back(names.text());
    Reader numbers(figures);
    // A later version may know more figures; those come at the end.
    if (!names.is_at_end() || numbers.number<std::uint8_t>() != kVersion) return damaged;
    for (auto& value : row.figures.values) {
        if (numbers.is_at_end()) break;
        value = static_cast<std::int64_t>(numbers.number<std::uint64_t>());
    }
    if (!numbers.is_good()) return damaged;
    return row;
}

}  // namespace refrain::ledger
