#include "samples/demo_provider/aac.hpp"

#include <vo-aacenc/cmnMemory.h>
#include <vo-aacenc/voAAC.h>

#include <array>
#include <cstddef>
#include <memory>

namespace refrain::demo {
namespace {

constexpr std::size_t kFrame = 1024;  // samples
constexpr int kBitRate = 48'000;

class Encoder {
  public:
    Encoder() {
        memory_.Alloc = cmnMemAlloc;
        memory_.Copy = cmnMemCopy;
        memory_.Free = cmnMemFree;
        memory_.Set = cmnMemSet;
        memory_.Check = cmnMemCheck;
        user_.memflag = VO_IMF_USERMEMOPERATOR;
        user_.memData = &memory_;
        voGetAACEncAPI(&api_);
        if (api_.Init(&handle_, VO_AUDIO_CodingAAC, &user_) != VO_ERR_NONE) handle_ = nullptr;
    }
    ~Encoder() {
        if (handle_ != nullptr) api_.Uninit(handle_);
    }
    Encoder(const Encoder&) = delete;
    Encoder& operator=(const Encoder&) = delete;

    bool begin(int rate) {
        AACENC_PARAM settings{};
        settings.sampleRate = rate;
        settings.bitRate = kBitRate;
        settings.nChannels = 1;
        settings.adtsUsed = 1;
        return handle_ != nullptr &&
               api_.SetParam(handle_, VO_PID_AAC_ENCPARAM, &settings) == VO_ERR_NONE;
    }

    // One frame of samples; false if the encoder fails.
    bool add(std::int16_t* frame, std::string& out) {
        std::array<unsigned char, 8192> coded{};
        VO_CODECBUFFER input{};
        input.Buffer = reinterpret_cast<VO_PBYTE>(frame);
        input.Length = kFrame * sizeof(std::int16_t);
        VO_CODECBUFFER output{};
        output.Buffer = coded.data();
        output.Length = coded.size();
        VO_AUDIO_OUTPUTINFO info{};
        if (api_.SetInputData(handle_, &input) != VO_ERR_NONE) return false;
        if (api_.GetOutputData(handle_, &output, &info) != VO_ERR_NONE) return false;
        out.append(reinterpret_cast<const char*>(coded.data()), output.Length);
        return true;
    }

  private:
    VO_AUDIO_CODECAPI api_{};
    VO_MEM_OPERATOR memory_{};
    VO_CODEC_INIT_USERDATA user_{};
    VO_HANDLE handle_ = nullptr;
};

}  // namespace

std::optional<std::string> encode_aac(std::vector<std::int16_t> samples, int rate) {
    Encoder encoder;
    if (!encoder.begin(rate)) return std::nullopt;
    samples.resize((samples.size() + kFrame - 1) / kFrame * kFrame, 0);
    std::string out;
    for (std::size_t at = 0; at < samples.size(); at += kFrame) {
        if (!encoder.add(samples.data() + at, out)) return std::nullopt;
    }
    return out;
}

}  // namespace refrain::demo
