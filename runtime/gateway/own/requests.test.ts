/** The request as functions see it by `ngx`. Expected values are those of nginx with the Lua module. */
import type { InjectOptions } from "light-my-request";
import { createProgram, run } from "../../modules/ngx/program.testkit.ts";
import { closeAll, openLuaGateway, type LuaGatewayOptions } from "./luaGateway.testkit.ts";

afterEach(closeAll);

const TOKEN = "t0ken";

const REQUEST: InjectOptions = {
  method: "POST",
  url: "/f//a%20b/c/?a=1&b=x%20y&b=&c&A=2&%3d",
  headers: {
    "X-One": "o",
    Cookie: "sid=abc; b=2",
    "Content-Type": "application/x-www-form-urlencoded",
    Host: "Example.org:8080",
    Authorization: "Basic QWRhOmE6Yg==",
  },
  payload: "p=1&p=2&q",
};

/** What a function prints, line by line. */
async function lines(
  source: string,
  request: InjectOptions = REQUEST,
  options: LuaGatewayOptions = {},
): Promise<readonly string[]> {
  const { gateway } = await openLuaGateway({ f: `${HELPERS} ${source}` }, options);
  const { statusCode, rawPayload } = await gateway.inject(request);
  const body = rawPayload.toString("latin1");
  expect([statusCode, body]).toEqual([200, body]);
  return body.split("\n").slice(0, -1);
}

/** \`show\` prints values, tables in the order of their keys. */
const HELPERS = `
  local function text(v)
    if type(v) ~= "table" then return tostring(v) end
    local parts = {}
    for k, x in pairs(v) do parts[#parts + 1] = tostring(k) .. "=" .. text(x) end
    table.sort(parts)
    return "{" .. table.concat(parts, ",") .. "}"
  end
  local function show(...)
    local parts = {}
    for i = 1, select("#", ...) do parts[i] = text((select(i, ...))) end
    ngx.say(table.concat(parts, " "))
  end
  local function fails(f, ...)
    local ok, e = pcall(f, ...)
    ngx.say(tostring(ok) .. " " .. tostring(e):gsub("^app/f.lua:%d+: ", ""))
  end
  local req, var = ngx.req, ngx.var
`.replaceAll("\n", " ");

test("arguments", async () => {
  expect(
    await lines(`
      show(req.get_uri_args())
      show(req.get_uri_args(2))
      show(req.get_uri_args(0))
      local t = {z = 1} show(req.get_uri_args(1, t)) show(t)
      show(req.get_post_args())
      show(req.get_post_args(1))
      req.read_body() show(req.get_body_data(), req.get_body_file())
      fails(function() local x = req.get_uri_args("2") end)`),
  ).toEqual([
    "{==true,A=2,a=1,b={1=x y,2=},c=true}",
    "{a=1,b=x y} truncated",
    "{==true,A=2,a=1,b={1=x y,2=},c=true}",
    "{a=1} truncated",
    "{a=1}",
    "{p={1=1,2=2},q=true}",
    "{p=1} truncated",
    "p=1&p=2&q nil",
    "false bad argument #1 to 'get_uri_args' (number expected)",
  ]);
});

test("headers", async () => {
  const request: InjectOptions = {
    url: "/f",
    headers: { "X-Dup": ["1", "2"], x_und: "5", "X-One": "o" },
  };
  expect(
    await lines(
      `
      local h = req.get_headers()
      show(h["x-one"], h.x_one, h["X-ONE"], h.X_Dup, h.x_und, h.none, h[1])
      local some, cut = req.get_headers(1) show(type(some), cut)
      show(req.get_headers(0, true)["X-One"], req.get_headers(-1, true)["x-one"])
      req.set_header("X-New", "v") req.set_header("X-Two", {"v", 2}) req.set_header("X-One", nil)
      req.set_header("x_und", "u") req.set_header("X-C\\n", "u\\r\\n") req.clear_header("x-dup")
      h = req.get_headers()
      show(h.x_new, h.x_two, h.x_one, h["x-c%0a"], h["x-dup"], rawget(h, "x_und"))
      show(var.http_x_new, var.http_x_two, var.http_x_one)`,
      request,
    ),
  ).toEqual([
    "o o o {1=1,2=2} 5 nil nil",
    "table truncated",
    "nil o",
    "v {1=v,2=2} nil u%0D%0A nil u",
    "v v, 2 nil",
  ]);
});

test("the rest of ngx.req", async () => {
  expect(
    await lines(`
      show(req.get_method(), req.http_version(), req.is_internal(), ngx.is_subrequest)
      show(req.raw_header():match("^[^\\r]*"))
      show(req.raw_header(true):match("^%w+"), req.raw_header():match("\\nhost: [^\\r]*"):sub(2))
      show(req.raw_header():sub(-4) == "\\r\\n\\r\\n", math.abs(req.start_time() - ngx.now()) < 5)
      req.set_method(ngx.HTTP_PUT) show(req.get_method(), var.request_method)
      fails(req.set_method, "PUT") fails(req.set_method, 99999)
      req.set_uri_args({a = 1, b = {"x", "y"}}) show(req.get_uri_args())
      req.set_uri_args("q=1") show(var.args, req.get_uri_args())
      fails(function() req.set_uri_args(true) end)
      req.set_body_data("new") show(req.get_body_data(), var.request_body)
      fails(req.set_uri, "/x") fails(req.socket)`),
  ).toEqual([
    "POST 1.1 false false",
    "POST /f//a%20b/c/?a=1&b=x%20y&b=&c&A=2&%3d HTTP/1.1",
    "x host: Example.org:8080",
    "true true",
    "PUT PUT",
    "false bad method number",
    "false unsupported HTTP method: 99999",
    "{a=1,b={1=x,2=y}}",
    "q=1 {q=1}",
    "false bad argument #1 to 'set_uri_args' (string, number, or table expected)",
    "new new",
    "false ngx.req.set_uri is not offered: call another function by flow.call or ngx.location.capture",
    "false ngx.req.socket is not offered: the body is in ngx.req.get_body_data()",
  ]);
});

test("variables", async () => {
  const names = [
    "uri document_uri request_uri args query_string is_args arg_a arg_A arg_b arg_c arg_none",
    "http_host http_x_one http_none cookie_sid cookie_SID cookie_b cookie_none",
    "request_method host scheme https server_protocol remote_addr remote_user",
    "request_body content_type content_length status request nope 1 __proto__ constructor",
  ];
  const shown = names.map(
    (each) =>
      `show(${each
        .split(" ")
        .map((name) => `var["${name}"]`)
        .join(",")})`,
  );
  expect(
    await lines(`${shown.join("\n")}
      show(var.request_time:match("^0%.%d%d%d$") ~= nil, #var.request_id, var.request_id == var.request_id)
      show(var.msec:match("^%d+%.%d%d%d$") ~= nil, var.time_iso8601:match("^%d+%-%d+%-%d+T%d+:%d+:%d+%+00:00$") ~= nil)
      show(var.body_bytes_sent ~= "0", var.sent_http_x_a, #var.binary_remote_addr)
      fails(function() return var[true] end)
      fails(function() return var[nil] end)`),
  ).toEqual([
    "/f/a b/c/ /f/a b/c/ /f//a%20b/c/?a=1&b=x%20y&b=&c&A=2&%3d a=1&b=x%20y&b=&c&A=2&%3d a=1&b=x%20y&b=&c&A=2&%3d ? 1 1 x%20y nil nil",
    "Example.org:8080 o nil abc abc 2 nil",
    "POST example.org http  HTTP/1.1 127.0.0.1 Ada",
    "p=1&p=2&q application/x-www-form-urlencoded 9 200 POST /f//a%20b/c/?a=1&b=x%20y&b=&c&A=2&%3d HTTP/1.1 nil nil nil nil",
    "true 32 true",
    "true true",
    "true nil 4",
    "false bad variable name",
    "false bad variable name",
  ]);
});

test("variables that can be written, and others", async () => {
  expect(
    await lines(`
      var.args = "k=v" show(var.args, req.get_uri_args())
      var.args = nil show(var.args, var.is_args)
      fails(function() var.nope = 1 end) fails(function() var.uri = 1 end) fails(function() var.http_x = 1 end)`),
  ).toEqual([
    "k=v {k=v}",
    "nil ",
    'false variable "nope" not found for writing; maybe it is a built-in variable that is not changeable',
    'false variable "uri" not changeable',
    'false variable "http_x" not found for writing; maybe it is a built-in variable that is not changeable',
  ]);
});

test("a request without anything", async () => {
  expect(
    await lines(
      `show(var.args, var.is_args, var.request_body, var.http_cookie, var.cookie_a, var.content_length, var.uri)
       show(req.get_uri_args(), req.get_post_args(), req.get_body_data())`,
      { url: "/f" },
    ),
  ).toEqual(["nil  nil nil nil nil /f", "{} {} nil"]);
});

test("the internal token is nowhere", async () => {
  const request: InjectOptions = {
    url: `/f?a=1&spacer_internal_token=${TOKEN}&b=2`,
    headers: { "x-spacer-internal-token": TOKEN, "x-one": "o" },
  };
  const shown = await lines(
    `show(req.raw_header(), req.get_headers(), req.get_headers(0, true), req.get_uri_args(), var.args, var.request_uri, var.request)
     show(var.http_x_spacer_internal_token, var.arg_spacer_internal_token)`,
    request,
    // Another one: the right one skips the routes.
    { internalToken: "other" },
  );
  expect(shown.join("\n")).toContain("a=1&b=2");
  expect(shown.join("\n")).not.toContain(TOKEN);
});

test("ngx.ctx is the call's own, across waits and threads, and not that of others", async () => {
  const { gateway } = await openLuaGateway({
    f: `ngx.ctx.a = args.a ngx.sleep(0.005) ngx.thread.wait(ngx.thread.spawn(function() ngx.ctx.b = ngx.ctx.a end))
        local inner = require("flow").call("g", {}) ngx.say(ngx.ctx.a, ngx.ctx.b, inner.a)`,
    g: `local before = ngx.ctx.a ngx.ctx.a = "inner" return {a = tostring(before) .. ngx.ctx.a}`,
    h: `ngx.ctx = {c = 1} ngx.say(ngx.ctx.c, ngx.ctx == ngx.ctx, select(2, pcall(function() ngx.ctx = 5 end)))`,
  });
  const bodies = await Promise.all(["/f?a=1", "/f?a=2"].map((url) => gateway.inject(url)));
  expect(bodies.map(({ body }) => body)).toEqual(["11nilinner\n", "22nilinner\n"]);
  expect((await gateway.inject("/h")).body).toBe(
    "1trueapp/h.lua:1: ctx should be a table while getting a number\n",
  );
});

test("other fields of ngx can be set as those of any table", async () => {
  expect(
    await lines(
      `ngx.mine = 1 show(ngx.mine, ngx.yours, ngx.HTTP_NOT_FOUND, ngx.ERR, rawget(ngx, "status"))`,
    ),
  ).toEqual(["1 nil 404 4 nil"]);
});

/** Each must be refused where no reply is to be made. */
const USES = [
  "ngx.say('x')",
  "ngx.print('x')",
  "ngx.flush()",
  "ngx.eof()",
  "ngx.send_headers()",
  "ngx.redirect('/')",
  "return ngx.headers_sent",
  "return ngx.status",
  "ngx.status = 404",
  "return ngx.header.a",
  "ngx.header.a = 1",
  "return ngx.var.uri",
  "ngx.var.args = 'a'",
  "return ngx.is_subrequest",
  "local x = ngx.req.get_method()",
  "local x = ngx.req.get_headers()",
  "ngx.req.read_body()",
  "local x = ngx.resp.get_headers()",
  "ngx.location.capture('/f')",
];

describe("where no request is answered", () => {
  test.each([...USES, "ngx.exit(404)"])("%s in flow.call", async (use) => {
    const { gateway } = await openLuaGateway({
      f: `local ok, e = pcall(require("flow").call, "g") ngx.say(e)`,
      g: use,
    });
    expect((await gateway.inject("/f")).body).toContain(
      "app/g.lua:1: API disabled in the context of flow.call",
    );
  });

  test.each([...USES, "ngx.exit(404)"])("%s in programs", (use) => {
    const program = createProgram();
    program.start(`print(pcall(function() ${use} end))`);
    expect(program.lines).toEqual(["false program:1: no request found"]);
  });

  test.each(USES)("%s in timers", async (use) => {
    const { gateway } = await openLuaGateway({
      f: `ngx.timer.at(0, function() shared.told = select(2, pcall(function() ${use} end)) end) ngx.sleep(0.002) return shared.told`,
    });
    expect((await gateway.inject("/f")).json()).toEqual({
      data: "app/f.lua:1: API disabled in the context of ngx.timer",
    });
  });

  test("ngx.exit ends a timer, ngx.ctx is its own, and its phase another", async () => {
    const { gateway, log } = await openLuaGateway({
      f: `ngx.ctx.a = 1 ngx.timer.at(0, function()
            shared.told = {ctx = tostring(ngx.ctx.a), phase = ngx.get_phase()}
            pcall(ngx.exit, 0) shared.told.after = true
          end) ngx.sleep(0.002) shared.told.here = ngx.get_phase() return shared.told`,
    });
    expect((await gateway.inject("/f")).json()).toEqual({
      data: { ctx: "nil", phase: "timer", here: "content" },
    });
    expect(log()).toEqual([]);
  });

  test("programs have a phase, too", () => {
    expect(run("print(ngx.get_phase())")).toEqual(["timer"]);
  });
});

describe("ngx.log", () => {
  test("names level, position, function and request", async () => {
    const { gateway, log } = await openLuaGateway({
      f: `local function load() ngx.log(ngx.WARN, "in load ", nil, true, 1.5, ngx.null) end
          load() ngx.log(ngx.ERR, setmetatable({}, {__tostring = function() return "meta" end})) ngx.say("x")`,
    });
    const id = String((await gateway.inject("/f")).headers["x-spacer-trace-id"]);
    expect(log()).toEqual([
      `[warn] app/f.lua:1: load(): in load niltrue1.5null, function: f, trace: ${id}`,
      `[error] app/f.lua:2: meta, function: f, trace: ${id}`,
    ]);
  });

  test("levels", async () => {
    const levels = "STDERR EMERG ALERT CRIT ERR WARN NOTICE INFO DEBUG".split(" ");
    const source = levels.map((level) => `ngx.log(ngx.${level}, "x")`).join(" ");
    const words = async (mode: "development" | "production") => {
      const { gateway, log } = await openLuaGateway({ f: source }, { mode });
      await gateway.inject("/f");
      return log().map((line) => line.split(" ", 1).join());
    };
    const all = "[stderr] [emerg] [alert] [crit] [error] [warn] [notice] [info] [debug]".split(" ");
    expect(await words("development")).toEqual(all);
    expect(await words("production")).toEqual(all.slice(0, -2));
  });

  test.each([
    ["9, 'x'", "bad argument #1 to 'log' (bad log level: 9)"],
    ["-1, 'x'", "bad argument #1 to 'log' (bad log level: -1)"],
    ["'err', 'x'", "bad argument #1 to 'log' (number expected, got string)"],
    ["nil", "bad argument #1 to 'log' (number expected, got nil)"],
    ["4, 'a', {}", "bad argument #2 to 'log' (expected table to have __tostring metamethod)"],
    [
      "4, print",
      "bad argument #1 to 'log' (string, number, boolean, or nil expected, got function)",
    ],
  ])("ngx.log(%s) is an error", async (values, message) => {
    expect(await lines(`fails(function() ngx.log(${values}) end)`)).toEqual([`false ${message}`]);
  });

  test("works without a request", () => {
    const program = createProgram();
    program.start(`ngx.log(ngx.ERR, "x") ngx.timer.at(0, function() ngx.log(ngx.ERR, "y") end)`);
    program.clock.advance(0);
    expect(program.errors().replaceAll(/^[\d/]+ [\d:]+ /gm, "")).toBe(
      "[error] program:1: x\n[error] program:1: y, context: ngx.timer\n",
    );
  });
});
