#include "providers/json_splice.hpp"

#include "providers/byte_scan.hpp"
#include "providers/json.hpp"

#include <utility>

namespace refrain::providers {

namespace {

ByteBlock quotes_and_escapes(ByteBlock block) noexcept {
    return bytes_equal(block, '"') | bytes_equal(block, '\\');
}

// [ and { are equal but for one bit, and so are ] and }.
ByteBlock brackets_and_quotes(ByteBlock block) noexcept {
    const ByteBlock folded = block | block_of(' ');
    return bytes_equal(folded, '{') | bytes_equal(folded, '}') | bytes_equal(block, '"');
}

// Where one member of an object stands in its text.
struct Member {
    std::string_view name;  // with its quotes, as written
    std::string_view value;
};

// Walks the members of an object's text. It trusts the text to be valid JSON for what it finds, but
// stays inside it whatever it is.
class Walk {
  public:
    explicit Walk(std::string_view text) : text_(text) {
        skip_space();
        open_ = take('{');
    }

    bool is_object() const noexcept { return open_; }

    // False at the end of the object, or of what can be read.
    bool next(Member& member) {
        if (!open_) return false;
        skip_space();
        take(',');
        skip_space();
        const std::size_t name = at_;
        if (peek() != '"') return false;
        skip_string();
        member.name = text_.substr(name, at_ - name);
        skip_space();
        if (!take(':')) return false;
        skip_space();
        const std::size_t value = at_;
        skip_value();
        member.value = text_.substr(value, at_ - value);
        return at_ > value;
    }

    std::size_t at() const noexcept { return at_; }

  private:
    char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool take(char c) {
        if (peek() != c) return false;
        ++at_;
        return true;
    }

    void skip_space() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')
            ++at_;
    }

    void skip_string() {
        ++at_;
        while (at_ < text_.size()) {
            const std::size_t mark = find_byte(text_, at_, quotes_and_escapes);
            if (mark == text_.size()) break;
            at_ = mark + 1;
            if (text_[mark] == '"') return;
            ++at_;
        }
        at_ = text_.size();
    }

    void skip_value() {
        std::size_t depth = 0;
        do {
            const char c = peek();
            if (c == '"') {
                skip_string();
            } else if (c == '{' || c == '[') {
                ++depth;
                ++at_;
            } else if (depth > 0 && (c == '}' || c == ']')) {
                --depth;
                ++at_;
            } else if (depth > 0) {
                at_ = find_byte(text_, at_, brackets_and_quotes);
            } else {
                at_ = std::min(text_.find_first_of(",}] \t\r\n", at_), text_.size());
            }
        } while (depth > 0 && at_ < text_.size());
        at_ = std::min(at_, text_.size());
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool open_ = false;
};

bool is_named(const Member& member, std::string_view name) {
    if (member.name.find('\\') == std::string_view::npos) {
        return member.name.size() == name.size() + 2 && member.name.substr(1, name.size()) == name;
    }
    const auto decoded = parse_json(member.name);
    return decoded && decoded->is_string() && decoded->get_ref<const std::string&>() == name;
}

std::size_t offset_of(std::string_view part, std::string_view whole) {
    return static_cast<std::size_t>(part.data() - whole.data());
}

std::size_t end_of(std::string_view part, std::string_view whole) {
    return offset_of(part, whole) + part.size();
}

}  // namespace

std::optional<std::string_view> member_text(std::string_view object, std::string_view name) {
    Walk walk(object);
    Member member;
    while (walk.next(member)) {
        if (is_named(member, name)) return member.value;
    }
    return std::nullopt;
}

void read_member_texts(std::string_view object,
                       std::span<const std::string_view> names,
                       std::span<std::optional<std::string_view>> values) {
    Walk walk(object);
    Member member;
    while (walk.next(member)) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (!values[i] && is_named(member, names[i])) values[i] = member.value;
        }
    }
}

std::string with_member(std::string_view object, std::string_view name, std::string_view value) {
    Walk walk(object);
    if (!walk.is_object()) return std::string(object);
    std::size_t begin = walk.at();  // what of `object` gives way to `added`
    std::size_t end = begin;
    std::string added;
    Member member;
    while (walk.next(member)) {
        begin = end = end_of(member.value, object);
        added = ",";
        if (is_named(member, name)) {
            begin = offset_of(member.value, object);
            added.clear();
            break;
        }
    }
    if (begin == end) {
        append_json_string(added, name);
        added += ':';
    }
    std::string result;
    result.reserve(object.size() + added.size() + value.size());
    return result.append(object, 0, begin).append(added).append(value).append(object, end);
}

std::string without_member(std::string_view object, std::string_view name) {
    Walk walk(object);
    Member member;
    std::size_t begin = walk.at();  // where the member before ended
    bool first = true;
    while (walk.next(member)) {
        if (!is_named(member, name)) {
            begin = end_of(member.value, object);
            first = false;
            continue;
        }
        std::size_t end = end_of(member.value, object);
        if (first) {
            begin = offset_of(member.name, object);
            if (walk.next(member)) end = offset_of(member.name, object);
        }
        return std::string(object.substr(0, begin)).append(object, end);
    }
    return std::string(object);
}

}  // namespace refrain::providers
