/** What functions reply by `ngx`, in process. Expected values are those of nginx with the Lua module. */
import { closeAll, openLuaGateway, reply } from "./luaGateway.testkit.ts";

afterEach(closeAll);

describe("what is printed", () => {
  test("is the reply", async () => {
    const { status, type, body, headers } = await reply(`ngx.print("a", 1) ngx.say("b") ngx.say()`);
    expect([status, type, body, headers["content-length"]]).toEqual([
      200,
      "text/plain",
      "a1b\n\n",
      "5",
    ]);
  });

  test("values of all kinds", async () => {
    const { body } = await reply(`
      ngx.say("a", nil, true, false, 1, 1.5, 1e100, ngx.null)
      ngx.say({"a", {"b", {1}}, true, ngx.null})
      ngx.say({[3] = "c"})
      ngx.say(setmetatable({"q"}, {__index = {"w", "e"}, __tostring = function() return "t" end}))
      ngx.say(nil) ngx.say({}) ngx.say("\\0\\255")`);
    expect(body.split("\n")).toEqual([
      "aniltruefalse11.51e+100null",
      "ab1truenull",
      "nilnilc",
      "q",
      "nil",
      "",
      "\0\xff",
      "",
    ]);
  });

  test.each([
    ["{a = 1}", "bad argument #1 to 'print' (non-array table found)"],
    ["{1, 2, x = 3}", "bad argument #1 to 'print' (non-array table found)"],
    ["{[1.5] = 3}", "bad argument #1 to 'print' (non-array table found)"],
    ["{[0] = 3}", "bad argument #1 to 'print' (non-array table found)"],
    ["{[2^40] = 3}", "bad argument #1 to 'print' (non-array table found)"],
    ["{print}", "bad argument #1 to 'print' (bad data type function found)"],
    ["{io.stdout}", "bad argument #1 to 'print' (bad data type userdata found)"],
    [
      "'x', print",
      "bad argument #2 to 'print' (string, number, boolean, nil, ngx.null, or array table expected, but got function)",
    ],
  ])("ngx.print(%s) is an error", async (values, message) => {
    const { body } = await reply(
      `local ok, e = pcall(function() ngx.print(${values}) end) ngx.print(e)`,
    );
    expect(body).toBe(`app/f.lua:1: ${message}`);
  });

  test("results are not sent then, which development tells", async () => {
    const { body, log } = await reply(`ngx.say("x") return {secret = print}`);
    expect(body).toBe("x\n");
    expect(log).toEqual([
      expect.stringMatching(
        /^\[warn\] the result of 'f' is not sent: .*, function: f, trace: [\da-f]{32}$/,
      ),
    ]);
    const refused = await reply(`ngx.say("x") return nil, "no"`);
    expect([refused.status, refused.log.length]).toEqual([200, 1]);
    expect((await reply(`ngx.say("x")`)).log).toEqual([]);
    expect((await reply(`ngx.say("x") return 1`, { mode: "production" })).log).toEqual([]);
  });

  test("HEAD has the headers only", async () => {
    const { body, headers } = await reply(`ngx.say("hello")`, { method: "HEAD" });
    expect([body, headers["content-length"]]).toEqual(["", "6"]);
  });

  test("an error takes its place, as long as nothing was sent", async () => {
    const source = `ngx.header.x_a = "1" ngx.header.content_type = "text/html" ngx.header.etag = "e" ngx.say("x") error("boom", 0)`;
    const { status, type, body, headers } = await reply(source);
    expect([status, type, headers["x-a"], headers["etag"]]).toEqual([
      500,
      "application/json",
      "1",
      undefined,
    ]);
    expect(JSON.parse(body)).toMatchObject({ error: "boom" });
  });

  test("a lot is sent before the function ends", async () => {
    const { body, headers, status } = await reply(
      `for i = 1, 100 do ngx.print(("x"):rep(1000)) end ngx.print("end")`,
    );
    expect([status, body.length, headers["content-length"]]).toEqual([200, 100_003, undefined]);
  });
});

describe("ngx.status", () => {
  test.each([
    ["ngx.status = 201 ngx.say('x')", 201, "x\n"],
    ["ngx.status = '404' ngx.say('x')", 404, "x\n"],
    ["ngx.status = 201.7 return {id = 7}", 201, '{"data":{"id":7}}\n'],
    ["ngx.status = 202", 202, "{}\n"],
    ["ngx.status = 404 return nil, 'no such user'", 404, '{"error":"no such user"}\n'],
    ["ngx.status = 201 return nil, 'no'", 400, '{"error":"no"}\n'],
    ["ngx.status = 204 ngx.say('x')", 204, ""],
    ["ngx.print(ngx.status)", 200, "0"],
    ["ngx.print('') ngx.print(ngx.status)", 200, "200"],
    ["ngx.status = 404 ngx.print(ngx.status)", 404, "404"],
  ])("%s", async (source, status, body) => {
    const answer = await reply(source);
    expect([answer.status, answer.body]).toEqual([status, body]);
  });

  test.each(["nil", "true", "'abc'", "99", "1000", "101", "-5"])("can't be %s", async (value) => {
    const { body } = await reply(
      `local ok, e = pcall(function() ngx.status = ${value} end) ngx.say(ok, e)`,
    );
    expect(body).toMatch(/^falseapp\/f.lua:1: bad status: /);
  });

  test("stays once the reply has begun", async () => {
    const { status, log } = await reply(`ngx.say("x") ngx.status = 500 ngx.header.x_late = 1`);
    expect(status).toBe(200);
    expect(log.map((line) => line.replace(/, function.*/, ""))).toEqual([
      "[error] attempt to set ngx.status after sending out response headers",
      "[error] attempt to set ngx.header.HEADER after sending out response headers",
    ]);
  });
});

describe("ngx.header", () => {
  test("is found in any spelling", async () => {
    const { body, headers } = await reply(`
      local h = ngx.header
      h.x_a = 1.5 h["X-B"] = true h.content_type = "text/css"
      ngx.say(h.x_a, h["X-A"], h["x-a"], h.x_b, h["Content-Type"], h.none)`);
    expect(body).toBe("1.51.51.5truetext/cssnil\n");
    expect(headers).toMatchObject({ "x-a": "1.5", "x-b": "true", "content-type": "text/css" });
  });

  test("several values, and none", async () => {
    const { body, headers } = await reply(`
      local h = ngx.header
      h["Set-Cookie"] = {"a=1", "b=2"}
      h.x_gone = 1 h.x_gone = nil
      h.x_none = 1 h.x_none = {}
      h.location = {"/a", "/b"}
      h.cache_control = {"no-store", "private"}
      ngx.say(#h.set_cookie, h.set_cookie[2], h.x_gone, h.x_none, h.location)`);
    expect(body).toBe("2b=2nilnil/b\n");
    expect(headers).toMatchObject({
      "set-cookie": ["a=1", "b=2"],
      location: "/b",
      "cache-control": ["no-store", "private"],
    });
    expect(headers).not.toHaveProperty("x-gone");
    expect(headers).not.toHaveProperty("x-none");
  });

  test("nothing in it ends a header", async () => {
    const { headers, body } = await reply(`
      ngx.header["X-Crlf"] = "a\\r\\nX-Evil: 1" ngx.header["X-\\r\\nEvil"] = "a" ngx.header["X-Nul"] = "a\\0b\\tc\\127"
      ngx.header["Set-Cookie"] = {"a\\nb", "c\\rd"}
      ngx.header["X Sp:"] = "1" ngx.header[""] = "1"
      ngx.say("x")`);
    expect(body).toBe("x\n");
    expect(headers).toMatchObject({
      "x-crlf": "a%0D%0AX-Evil: 1",
      "x-%0d%0aevil": "a",
      "x-nul": "a%00b\tc%7F",
      "set-cookie": ["a%0Ab", "c%0Dd"],
      "x%20sp%3a": "1",
    });
    expect(headers).not.toHaveProperty("x-evil");
  });

  test("headers of the connection are the server's", async () => {
    const { headers } = await reply(`
      ngx.header["Transfer-Encoding"] = "x" ngx.header.trailer = "x" ngx.header.upgrade = "x"
      ngx.header.connection = "upgrade" ngx.say("x")`);
    expect(headers).not.toHaveProperty("trailer");
    expect(headers).not.toHaveProperty("upgrade");
    expect(headers["transfer-encoding"]).not.toBe("x");
    expect(headers["connection"]).not.toBe("upgrade");
  });

  test("goes with the envelope, too", async () => {
    const { body, headers, type } = await reply(`
      ngx.header.x_a = {"1", "2"} ngx.header.content_type = "application/vnd.api+json"
      ngx.header.content_length = 3 ngx.header.set_cookie = "a=1" return 5`);
    expect([body, type]).toEqual(['{"data":5}\n', "application/vnd.api+json"]);
    expect(headers).toMatchObject({
      "x-a": ["1", "2"],
      "set-cookie": "a=1",
      "content-length": "11",
    });
  });

  test("a body is cut to its announced length", async () => {
    const { body, headers } = await reply(`ngx.header.content_length = 5 ngx.say("hello world")`);
    expect([body, headers["content-length"]]).toEqual(["hello", "5"]);
    const wrong = await reply(
      `ngx.print(select(2, pcall(function() ngx.header.content_length = "x" end)))`,
    );
    expect(wrong.body).toBe("app/f.lua:1: failed to set header");
  });

  test("ngx.resp.get_headers has them all", async () => {
    const { body } = await reply(`
      ngx.header.x_a = 1 ngx.header["X-B"] = {"2", "3"}
      local h, e = ngx.resp.get_headers() ngx.say(h["x-a"], h.X_B[2], e)
      local raw, cut = ngx.resp.get_headers(1, true) ngx.say(raw["x-a"], raw["X-B"], cut)
      ngx.say(type(ngx.header), next(ngx.header))`);
    expect(body).toBe("13nil\n1niltruncated\ntablenil\n");
  });
});

test("flush, eof and send_headers tell what they did", async () => {
  const { gateway } = await openLuaGateway({
    after: "return shared.notes",
    f: `
    local r = {}
    local function note(...) r[#r + 1] = tostring((...)) .. " " .. tostring((select(2, ...))) end
    note(ngx.headers_sent) note(ngx.flush()) note(ngx.flush(true)) note(ngx.say("x")) note(ngx.headers_sent)
    note(ngx.flush()) note(ngx.flush(true)) note(ngx.send_headers())
    note(pcall(function() ngx.flush(1) end)) note(pcall(function() ngx.flush(true, 1) end))
    ngx.say(table.concat(r, "\\n"))
    ngx.eof() note(ngx.eof()) note(ngx.say("x")) note(ngx.flush(true)) note(ngx.send_headers())
    shared.notes = {unpack(r, #r - 3)}`,
  });
  const { body } = await gateway.inject("/f");
  expect(await (await gateway.inject("/after")).json()).toEqual({
    data: Array.from({ length: 4 }, () => "nil seen eof"),
  });
  expect(body.split("\n")).toEqual([
    "x",
    "false nil",
    "nil nothing to flush",
    "nil nothing to flush",
    "1 nil",
    "true nil",
    "1 nil",
    "1 nil",
    "1 nil",
    "false app/f.lua:6: bad argument #1 to 'flush' (boolean expected, got number)",
    "false app/f.lua:6: attempt to pass 2 arguments, but accepted 0 or 1",
    "",
  ]);
});

test("send_headers sends, and fixes them", async () => {
  const { status, body, headers, log } = await reply(
    `ngx.status = 203 ngx.header.x_a = 1 ngx.send_headers() ngx.say(ngx.headers_sent) ngx.header.x_b = 2 return 5`,
  );
  expect([status, body, headers["x-a"], headers["x-b"]]).toEqual([203, "true\n", "1", undefined]);
  expect(log).toHaveLength(2);
});

test("the access log has the status that was sent", async () => {
  const { gateway, entries } = await openLuaGateway({
    f: "ngx.status = tonumber(args.s) ngx.say('x')",
    g: "ngx.exit(tonumber(args.s))",
  });
  await gateway.inject("/f?s=203");
  await gateway.inject("/g?s=403");
  expect(entries.map(({ status, functionName }) => [status, functionName])).toEqual([
    [203, "f"],
    [403, "g"],
  ]);
});

test("error pages of browsers show the status of ngx.exit", async () => {
  const { gateway } = await openLuaGateway(
    { f: "ngx.exit(403)", g: "ngx.status = 404 ngx.say('x')" },
    { renderErrorPage: ({ status }) => `page ${String(status)}` },
  );
  const headers = { accept: "text/html" };
  expect((await gateway.inject({ url: "/f", headers })).body).toBe("page 403");
  expect((await gateway.inject({ url: "/g", headers })).body).toBe("x\n");
});
