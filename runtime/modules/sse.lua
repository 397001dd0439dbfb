-- sse: server-sent events, the stream that a browser's EventSource reads (HTML standard, "Server-sent events").
--
-- On top of what ngx offers for replies: the first event begins the reply, and each is sent at once. Whoever sends waits until
-- the system has taken it, so that a slow client slows its own function and fills no memory.

local ngx = require "ngx"
local cjson = require "cjson"
local client = require "sse.client"

local M = {}

local KNOWN = {event = true, data = true, id = true, retry = true}

-- Marks the reply as a stream, in what belongs to the request.
local MARK = "sse is open"

local function open(level)
    if ngx.ctx[MARK] then return end
    if ngx.headers_sent then
        error("the reply has begun already: no stream of events can follow", level + 1)
    end
    ngx.header.content_type = "text/event-stream"
    ngx.header.cache_control = ngx.header.cache_control or "no-cache"
    -- Proxies of the kind of nginx would hold events back.
    ngx.header.x_accel_buffering = "no"
    ngx.ctx[MARK] = true
end

-- true, or nil and why nobody reads it.
local function write(text)
    local ok, problem = ngx.print(text)
    if ok then ok, problem = ngx.flush(true) end
    if ok then return true end
    return nil, problem
end

-- A field that is a single line.
local function checkLine(name, value, level)
    if value == nil then return nil end
    if type(value) ~= "string" and type(value) ~= "number" then
        error("'" .. name .. "' is a " .. type(value) .. ", not a string", level + 1)
    end
    value = tostring(value)
    if value:find("[\r\n%z]") then
        error("'" .. name .. "' has a line break or a NUL in it", level + 1)
    end
    return value
end

-- Text with each of its lines behind a prefix.
local function lines(prefix, text)
    local plain = text:gsub("\r\n", "\n"):gsub("\r", "\n")
    return prefix .. plain:gsub("\n", "\n" .. prefix) .. "\n"
end

--- Sends an event, and waits until the system has taken it. `data` is text of any number of lines, or what becomes JSON; `retry` is in
--- milliseconds; anything but a table is an event with nothing but data. Returns true, or nil and why nobody reads it: "client aborted".
--- @signature ({event =, data =, id =, retry =})
--- @throws "unknown field 'x'; events have event, data, id and retry", "the reply has begun already: no stream of events can follow"
function M.send(event)
    if type(event) ~= "table" then event = {data = event} end
    for name in pairs(event) do
        if not KNOWN[name] then
            error("unknown field '" .. tostring(name) .. "'; events have event, data, id and retry", 2)
        end
    end
    local id, kind, retry = checkLine("id", event.id, 2), checkLine("event", event.event, 2), event.retry
    if retry ~= nil and (type(retry) ~= "number" or retry < 0 or retry % 1 ~= 0 or retry >= 2 ^ 53) then
        error("'retry' is a whole number of milliseconds", 2)
    end
    local data = event.data
    if data == nil and kind == nil and id == nil and retry == nil then
        error("an event has at least one of event, data, id and retry", 2)
    end
    if data ~= nil and type(data) ~= "string" then data = cjson.encode(data) end
    local parts = {}
    if id then parts[#parts + 1] = "id: " .. id .. "\n" end
    if kind then parts[#parts + 1] = "event: " .. kind .. "\n" end
    if retry then parts[#parts + 1] = string.format("retry: %.0f\n", retry) end
    -- Without data an event is not told of, whatever else it has.
    if data or kind then parts[#parts + 1] = lines("data: ", data or "") end
    parts[#parts + 1] = "\n"
    open(2)
    return write(table.concat(parts))
end

--- Sends what clients skip: from time to time, so that proxies keep the connection. Returns what `sse.send` does.
--- @signature ([text])
function M.comment(text)
    open(2)
    return write(lines(": ", text == nil and "" or tostring(text)) .. "\n")
end

--- The `id` of the last event that the client got before it connected again; nil for a new client.
function M.last_id()
    return ngx.var.http_last_event_id
end

M.closed = client.closed
M.wait = client.wait

return M
