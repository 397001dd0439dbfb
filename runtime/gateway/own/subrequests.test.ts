/** Requests of functions to the project's own routes. Expected values are those of nginx with the Lua module. */
import { closeAll, openLuaGateway, type LuaGatewayOptions } from "./luaGateway.testkit.ts";

afterEach(closeAll);

const SUB = `
  ngx.status = 201 ngx.header["X-A"] = {"1", "2"} ngx.req.read_body()
  ngx.say(ngx.req.get_method(), " ", ngx.var.args, " ", ngx.req.get_body_data(), " ", ngx.is_subrequest, " ", ngx.ctx.v)
  ngx.ctx.v = 2`;

/** What a function answers that asks others. */
async function ask(
  source: string,
  functions: Readonly<Record<string, string>> = {},
  options: LuaGatewayOptions = {},
) {
  const lua = await openLuaGateway({ f: source, sub: SUB, ...functions }, options);
  const { body } = await lua.gateway.inject({
    method: "POST",
    url: "/f",
    headers: { "x-one": "o" },
    payload: '{"outer":1}',
  });
  return { ...lua, body };
}

test("status, headers and body of another route", async () => {
  const { body } = await ask(`
    local r = ngx.location.capture("/sub?q=1", {method = ngx.HTTP_POST, body = '{"b":1}', args = {z = 1}})
    ngx.say(r.status, " ", r.header["Content-Type"], " ", r.header.content_type, " ", r.header["x-a"][2], " ", r.truncated)
    ngx.print(r.body)`);
  expect(body).toBe('201 text/plain text/plain 2 false\nPOST q=1&z=1 {"b":1} true nil\n');
});

test("the envelope is what a client would get", async () => {
  const { body, entries } = await ask(
    `local r = ngx.location.capture("/data?x=1") local m = ngx.location.capture("/missing") local e = ngx.location.capture("fails")
     ngx.say(r.status, r.body, m.status, m.body, e.status, e.body)`,
    { data: "return {x = args.x, one = ngx.var.http_x_one}", fails: "return nil, 'no'" },
  );
  expect(body).toBe(
    '200{"data":{"x":"1","one":"o"}}\n404{"error":"not found"}\n400{"error":"no"}\n\n',
  );
  expect(entries.map(({ status, functionName }) => [status, functionName])).toEqual([
    [200, "data"],
    [404, undefined],
    [400, "fails"],
    [200, "f"],
  ]);
});

test("bodies go along where the method has one, or when told", async () => {
  const { body } = await ask(`
    local function body(options) return ngx.location.capture("/sub", options).body end
    ngx.print(body(), body {method = ngx.HTTP_PUT}, body {always_forward_body = true}, body {body = "{}"})`);
  expect(body).toBe(
    'GET nil nil true nil\nPUT nil {"outer":1} true nil\nGET nil {"outer":1} true nil\nGET nil {} true nil\n',
  );
});

test("several at once", async () => {
  const { body } = await ask(
    `local started = ngx.now() local a, b, c = ngx.location.capture_multi{{"/wait?n=1"}, {"/wait", {args = "n=2"}}, {"/wait"}}
     ngx.say(a.body, b.body, c.status)`,
    {
      wait: `shared.n = (shared.n or 0) + 1 local n = args.n
             while shared.n < 3 do ngx.sleep(0.001) end ngx.print(n)`,
    },
  );
  expect(body).toBe("12200\n");
});

test("its context is its own, and it may exit and redirect", async () => {
  const { body } = await ask(
    `ngx.ctx.v = 1
     local a = ngx.location.capture("/sub") local b = ngx.location.capture("/exits") local c = ngx.location.capture("/moves")
     ngx.say(a.body, b.status, c.status, c.header.Location, ngx.ctx.v)`,
    { exits: "ngx.exit(403)", moves: "ngx.redirect('/x', 301)" },
  );
  expect(body).toBe("GET nil nil true nil\n403301/x1\n");
});

test("a reply that broke off", async () => {
  const { body } = await ask(
    `local a = ngx.location.capture("/breaks") local b = ngx.location.capture("/closes")
     ngx.say(a.status, a.truncated, a.body, b.status, b.truncated)`,
    { breaks: "ngx.say('part') ngx.flush(true) error('boom')", closes: "ngx.exit(444)" },
  );
  expect(body).toBe("200truepart\n500true\n");
});

test("bytes pass as they are", async () => {
  const { body } = await ask(
    `local r = ngx.location.capture("/echo?a=%ff\\195\\164", {method = ngx.HTTP_POST, body = '{"b":"\\255\\195"}'}) ngx.say(#r.body, r.body:byte(1, -1))`,
    { echo: "ngx.print(args.a, ngx.req.get_body_data())" },
  );
  const bytes = Array.from(Buffer.from('\xff\xc3\xa4{"b":"\xff\xc3"}', "latin1"));
  expect(body).toBe(`${String(bytes.length)}${bytes.join("")}\n`);
});

test("limits hold for all of it", async () => {
  const { body } = await ask(
    `ngx.location.capture("/endless") ngx.say("after")`,
    { endless: "ngx.sleep(60)" },
    { limits: { cpuMs: Infinity, timeoutMs: 50 } },
  );
  expect(JSON.parse(body)).toMatchObject({ error: expect.stringContaining("timeout") as string });
});

test("a circle of them ends", async () => {
  const { body } = await ask(
    `local ok, r = pcall(ngx.location.capture, "/f") if ok then ngx.print(r.body) else ngx.print(r) end`,
  );
  expect(body).toContain("more than 50 subrequests inside one another");
});

test("private functions are reached in production, too", async () => {
  const { body, gateway } = await ask(
    `ngx.print(ngx.location.capture("/private/none").status)`,
    {},
    { mode: "production" },
  );
  // There is none; from outside nobody learns that.
  expect(body).toBe("404");
  expect((await gateway.inject("/private/none")).statusCode).toBe(403);
});

test("it has the headers of the request and of the trace, and is a step of it", async () => {
  const { body, entries } = await ask(`ngx.print(ngx.location.capture("/sees").body)`, {
    sees: `local names = {} for name in pairs(ngx.req.get_headers(0)) do names[#names + 1] = name end
           table.sort(names) ngx.print(table.concat(names, " "), ngx.req.raw_header():find("subrequest"))`,
  });
  expect(body).toBe("host traceparent user-agent x-one x-spacer-span-id x-spacer-trace-idnil");
  const [inner, outer] = entries.map(({ invocation }) => invocation?.span);
  expect(inner?.trace.id).toBe(outer?.trace.id);
  expect(inner?.parentId).toBe(outer?.id);
});

test.each([
  ["", "expecting one or two arguments"],
  ["'/sub', 1", "expecting table as the 2nd argument for subrequest 0, but got number"],
  ["'/sub', {method = 'POST'}", "Bad http request method"],
  ["'/sub', {body = 1}", "Bad http request body"],
  ["'/sub', {args = true}", "Bad query args"],
  [
    "'/sub', {share_all_vars = true}",
    'the option "share_all_vars" of ngx.location.capture is not offered',
  ],
])("ngx.location.capture(%s) is an error", async (values, message) => {
  const { body } = await ask(
    `ngx.print(select(2, pcall(function() local r = ngx.location.capture(${values}) end)))`,
  );
  expect(body).toBe(`app/f.lua:1: ${message}`);
});

test.each([
  ["{}", "at least one subrequest should be specified"],
  ["{'/sub'}", "the query argument 0 is not a table, but a string"],
  ["", "only one argument is expected"],
  ["'/sub'", "the argument must be a table"],
])("ngx.location.capture_multi(%s) is an error", async (values, message) => {
  const { body } = await ask(
    `ngx.print(select(2, pcall(function() local r = ngx.location.capture_multi(${values}) end)))`,
  );
  expect(body).toBe(`app/f.lua:1: ${message}`);
});
