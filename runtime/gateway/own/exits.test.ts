/** How functions end by themselves. Expected values are those of nginx with the Lua module. */
import { closeAll, openLuaGateway, reply } from "./luaGateway.testkit.ts";

afterEach(closeAll);

describe("ngx.exit", () => {
  test.each([
    ["ngx.exit(404)", 404, '{"error":"not found"}\n'],
    ["ngx.exit(404.7)", 404, '{"error":"not found"}\n'],
    ["ngx.exit(ngx.HTTP_FORBIDDEN)", 403, '{"error":"forbidden"}\n'],
    ["ngx.exit(599)", 599, '{"error":"status 599"}\n'],
    ["ngx.status = 402 ngx.exit(404)", 404, '{"error":"not found"}\n'],
    ["ngx.status = 402 ngx.exit(ngx.OK)", 402, ""],
    ["ngx.status = 402 ngx.exit(200)", 402, ""],
    ["ngx.exit(200)", 200, ""],
    ["ngx.exit(201)", 201, ""],
    ["ngx.exit(204)", 204, ""],
    ["ngx.exit(304)", 304, ""],
    ["ngx.exit(ngx.ERROR)", 500, '{"error":"internal server error"}\n'],
    ["ngx.say('x') ngx.exit(404)", 200, "x\n"],
    ["ngx.status = 410 ngx.say('gone') ngx.exit(200)", 410, "gone\n"],
    ["pcall(ngx.exit, 403) ngx.say('after')", 403, '{"error":"forbidden"}\n'],
    [
      "xpcall(function() ngx.exit(403) end, function() ngx.say('h') end) ngx.say('x')",
      403,
      '{"error":"forbidden"}\n',
    ],
    [
      "coroutine.wrap(function() pcall(ngx.exit, 403) end)() ngx.say('after')",
      403,
      '{"error":"forbidden"}\n',
    ],
    [
      "coroutine.resume(coroutine.create(function() ngx.sleep(0) ngx.exit(403) end)) ngx.say('after')",
      403,
      '{"error":"forbidden"}\n',
    ],
    [
      "table.sort({2, 1, 3}, function() ngx.exit(403) end) ngx.say('after')",
      403,
      '{"error":"forbidden"}\n',
    ],
    [
      "local _ = setmetatable({}, {__index = function() ngx.exit(403) end}).x ngx.say('after')",
      403,
      '{"error":"forbidden"}\n',
    ],
    [
      "ngx.thread.spawn(function() ngx.exit(403) end) ngx.say('after')",
      403,
      '{"error":"forbidden"}\n',
    ],
    [
      "ngx.thread.spawn(function() ngx.sleep(0.001) ngx.exit(403) end) ngx.sleep(5)",
      403,
      '{"error":"forbidden"}\n',
    ],
    [
      "ngx.thread.spawn(function() ngx.sleep(0.001) ngx.say('later') end) ngx.say('now')",
      200,
      "now\nlater\n",
    ],
  ])("%s", async (source, status, body) => {
    const answer = await reply(source);
    expect([answer.status, answer.body]).toEqual([status, body]);
  });

  test.each([
    ["'404'", "bad argument #1 to 'exit' (number expected, got string)"],
    ["nil", "bad argument #1 to 'exit' (number expected, got nil)"],
    ["99", "bad argument #1 to 'exit' (invalid status 99)"],
    ["101", "bad argument #1 to 'exit' (invalid status 101)"],
    ["2^40", "bad argument #1 to 'exit' (invalid status 1099511627776)"],
    ["ngx.DONE", "bad argument to 'ngx.exit': does not accept NGX_AGAIN or NGX_DONE"],
  ])("does not take %s", async (value, message) => {
    const source = `ngx.print(select(2, pcall(function() ngx.exit(${value}) end)))`;
    expect((await reply(source)).body).toBe(`app/f.lua:1: ${message}`);
  });

  test("a status that comes too late is told", async () => {
    const { log } = await reply(`ngx.status = 410 ngx.say("gone") ngx.exit(411)`);
    expect(log.map((line) => line.replace(/, function.*/, ""))).toEqual([
      "[error] attempt to set status 411 via ngx.exit after sending out the response status 410",
    ]);
    expect((await reply(`ngx.status = 410 ngx.say("gone") ngx.exit(410)`)).log).toEqual([]);
  });

  test("closes the connection for 444", async () => {
    await expect(reply(`ngx.exit(444)`)).rejects.toThrow("destroyed");
  });

  test("keeps headers, but those of the body", async () => {
    const { headers, type } = await reply(
      `ngx.header.x_a = 1 ngx.header.content_type = "text/html" ngx.header.content_length = 1 ngx.exit(503)`,
    );
    expect([headers["x-a"], type]).toEqual(["1", "application/json"]);
  });

  test("while a module is loaded", async () => {
    const { gateway, state } = await openLuaGateway({
      f: "package.loaded.m = nil require 'm' ngx.say('after')",
    });
    state.call(state.load("package.preload.m = function() ngx.exit(410) end", "=x"));
    expect((await gateway.inject("/f")).statusCode).toBe(410);
    expect((await gateway.inject("/f")).statusCode).toBe(410);
  });
});

describe("ngx.redirect", () => {
  test.each([
    [`"/foo"`, 302, "/foo"],
    [`"/foo", 301`, 301, "/foo"],
    [`"/foo", ngx.HTTP_SEE_OTHER`, 303, "/foo"],
    [`"/foo", 307`, 307, "/foo"],
    [`"/foo", 308`, 308, "/foo"],
    [`"http://a.b/c?d=\\195\\164"`, 302, "http://a.b/c?d=\xc3\xa4"],
  ])("%s", async (values, status, location) => {
    const { headers, body, ...answer } = await reply(
      `ngx.status = 404 ngx.header.x_a = 1 pcall(ngx.redirect, ${values}) ngx.say("after")`,
    );
    expect([answer.status, headers["location"], headers["x-a"], body]).toEqual([
      status,
      location,
      "1",
      "",
    ]);
  });

  test.each([
    [``, "expecting one or two arguments"],
    [`"/", 302, 1`, "expecting one or two arguments"],
    [`{}`, "bad argument #1 to 'redirect' (string expected, got table)"],
    [`"/", "x"`, "bad argument #2 to 'redirect' (number expected, got string)"],
    [`"/", nil`, "bad argument #2 to 'redirect' (number expected, got nil)"],
    [
      `"/", 304`,
      "only ngx.HTTP_MOVED_TEMPORARILY, ngx.HTTP_MOVED_PERMANENTLY, ngx.HTTP_PERMANENT_REDIRECT, ngx.HTTP_SEE_OTHER, and ngx.HTTP_TEMPORARY_REDIRECT are allowed",
    ],
    [
      `"http://a.b/c d?x=1\\r\\nEvil: \\195\\164"`,
      `unsafe byte "0x0d" in redirect uri "http://a.b/c d?x=1\\x0D\\x0AEvil: \\xC3\\xA4"`,
    ],
  ])("ngx.redirect(%s) is an error", async (values, message) => {
    const source = `ngx.print(select(2, pcall(function() ngx.redirect(${values}) end)))`;
    expect((await reply(source)).body).toBe(`app/f.lua:1: ${message}`);
  });

  test("not once the reply has begun", async () => {
    const source = `ngx.say("q") ngx.print(select(2, pcall(function() ngx.redirect("/") end)))`;
    expect((await reply(source)).body).toBe(
      "q\napp/f.lua:1: attempt to call ngx.redirect after sending out the headers",
    );
  });
});
