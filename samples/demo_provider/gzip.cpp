#include "samples/demo_provider/gzip.hpp"

#include <zlib.h>

#include <array>
#include <new>

namespace refrain::demo {

Gzip::Gzip() : stream_(new z_stream{}) {
    constexpr int kGzipFormat = 16 + MAX_WBITS;
    if (::deflateInit2(static_cast<z_stream*>(stream_),
                       Z_DEFAULT_COMPRESSION,
                       Z_DEFLATED,
                       kGzipFormat,
                       8,
                       Z_DEFAULT_STRATEGY) != Z_OK) {
        delete static_cast<z_stream*>(stream_);
        throw std::bad_alloc();
    }
}

Gzip::~Gzip() {
    ::deflateEnd(static_cast<z_stream*>(stream_));
    delete static_cast<z_stream*>(stream_);
}

std::string Gzip::add(std::string_view bytes) {
    return run(bytes, Z_SYNC_FLUSH);
}

std::string Gzip::finish() {
    return run({}, Z_FINISH);
}

std::string Gzip::run(std::string_view bytes, int flush) {
    auto& stream = *static_cast<z_stream*>(stream_);
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string result;
    std::array<char, 16384> buffer{};
    do {
        stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
        stream.avail_out = static_cast<uInt>(buffer.size());
        ::deflate(&stream, flush);
        result.append(buffer.data(), buffer.size() - stream.avail_out);
    } while (stream.avail_out == 0);
    return result;
}

}  // namespace refrain::demo
