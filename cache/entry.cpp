#include "cache/entry.hpp"

namespace refrain::cache {

namespace {

// Short strings live inside the object and cost nothing more.
std::size_t heap_bytes(const std::string& text) noexcept {
    return text.capacity() > std::string().capacity() ? text.capacity() + 1 : 0;
}

std::size_t heap_bytes(const std::vector<std::string>& list) noexcept {
    std::size_t sum = list.capacity() * sizeof(std::string);
    for (const auto& text : list) {
        sum += heap_bytes(text);
    }
    return sum;
}

}  // namespace

std::size_t Entry::size_bytes() const noexcept {
    constexpr std::size_t kAttached = 320;  // about what an attachment takes
    std::size_t sum = sizeof(Entry) + kAttached;
    for (const auto* text : {&operation,
                             &provider,
                             &model,
                             &voice,
                             &tenant,
                             &content_type,
                             &form,
                             &usage,
                             &price,
                             &envelope,
                             &sound}) {
        sum += heap_bytes(*text);
    }
    sum += heap_bytes(tags) + heap_bytes(names);
    sum += headers.capacity() * sizeof(headers[0]);
    for (const auto& [name, value] : headers) {
        sum += heap_bytes(name) + heap_bytes(value);
    }
    sum += pace.capacity() * sizeof(PaceMark);
    if (body) sum += body->memory_bytes();
    return sum;
}

}  // namespace refrain::cache
