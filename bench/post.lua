-- wrk script: POSTs chat completions, and what audio needs. Arguments: SIZE of the whole request in bytes, and MODE:
--   same    the same bytes every time
--   varied  other bytes every time, the same meaning: order of names, white space and "user" differ
--   unique  a new question every time
--   speech  one request for speech, the same bytes every time; SIZE does not count
--   get     GET of the path that is the fourth argument; SIZE does not count
-- Ends with one line of JSON, times in microseconds.

local threads = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

local function pad(text, size)
    return string.rep("All work and no play makes a long prompt. ", math.ceil(size / 42)):sub(1, size - #text)
end

local function head_of(path)
    return "POST " .. path .. " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" ..
        "Accept: application/json\r\nUser-Agent: bench\r\nAuthorization: Bearer sk-bench\r\nContent-Length: "
end

local head = head_of("/v1/chat/completions")

local function question(words)
    return '"messages":[{"role":"user","content":"' .. words .. '"}]'
end

-- Two layouts of one question, each with a hole for a user of ten digits.
local function layouts(size)
    local rest = '{"model":"gpt-4o-mini","temperature":0.2,,"user":"0000000000"}'
    local words = pad(rest .. question(""), size)
    local spaced = '"messages": [ {"content": "' .. words .. '", "role": "user"} ]'
    return {
        { '{"model":"gpt-4o-mini","temperature":0.2,' .. question(words) .. ',"user":"', '"}' },
        { '{ "user": "', '", ' .. spaced .. ', "temperature": 0.2, "model": "gpt-4o-mini" }' },
    }
end

function init(args)
    local mode = args[2]
    local size = tonumber(args[1]) - #head - #args[1] - 4  -- of the body
    local count = 0
    if mode == "speech" then
        local body = '{"model":"gpt-4o-mini-tts","voice":"alloy","response_format":"wav",' ..
            '"input":"Thank you for calling. How can I help you today?"}'
        local bytes = head_of("/v1/audio/speech") .. #body .. "\r\n\r\n" .. body
        request = function() return bytes end
    elseif mode == "get" then
        local bytes = "GET " .. args[4] .. " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\n\r\n"
        request = function() return bytes end
    elseif mode == "same" then
        local layout = layouts(size)[1]
        local body = layout[1] .. "0000000000" .. layout[2]
        local bytes = head .. #body .. "\r\n\r\n" .. body
        request = function() return bytes end
    elseif mode == "varied" then
        local made = {}
        for i, layout in ipairs(layouts(size)) do
            made[i] = { head .. (#layout[1] + 10 + #layout[2]) .. "\r\n\r\n" .. layout[1], layout[2] }
        end
        request = function()
            count = count + 1
            local parts = made[count % 2 + 1]
            return parts[1] .. string.format("%02d%08d", number, count) .. parts[2]
        end
    else
        -- The third argument tells this run from the last, so that no question comes twice.
        local mark = string.format("%s-%02d-", args[3], number)
        local empty = '{"model":"gpt-4o-mini","temperature":0.2,' .. question(mark .. "0000000000") .. "}"
        local body_end = pad(empty, size) .. '"}]}'
        local start = head .. size .. '\r\n\r\n{"model":"gpt-4o-mini","temperature":0.2,"messages":' ..
            '[{"role":"user","content":"' .. mark
        request = function()
            count = count + 1
            return start .. string.format("%010d", count) .. body_end
        end
    end
end

function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format(
        '{"requests": %d, "seconds": %.6f, "p50": %.1f, "p99": %.1f, "failed": %d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
