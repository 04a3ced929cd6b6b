#include "e2e/upload.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace refrain::tests {

std::string recording(const std::string& name) {
    std::ifstream file(REFRAIN_SOURCE_DIR "/samples/audio/" + name, std::ios::binary);
    if (!file) throw std::runtime_error("no recording " + name);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string Upload::body() const {
    std::string fields;
    for (const auto& [name, value] : fields_) {
        fields += "--" + boundary_ + "\r\nContent-Disposition: form-data; name=\"" + name +
                  "\"\r\n\r\n" + value + "\r\n";
    }
    const std::string file =
        "--" + boundary_ + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" +
        name_ + "\"\r\nContent-Type: application/octet-stream\r\n\r\n" + file_ + "\r\n";
    return (file_first_ ? file + fields : fields + file) + "--" + boundary_ + "--\r\n";
}

httplib::Headers Upload::headers() const {
    return {{"Content-Type", "multipart/form-data; boundary=" + boundary_}};
}

Answer Upload::to(Gateway& gateway, const std::string& path, httplib::Headers more) const {
    more.merge(headers());
    return gateway.post(path, body(), more);
}

Upload whisper(std::string file, const std::string& format) {
    Upload upload(std::move(file));
    upload.field("model", "whisper-1");
    if (!format.empty()) upload.field("response_format", format);
    return upload;
}

}  // namespace refrain::tests
