/** `app.request` and what is like it: a test file asks its project like a client does. */
import { createTestProject, type TestProjectCli } from "./testProject.testkit.ts";

// Some spend the CPU time of a function.
jest.setTimeout(30_000);

let project: TestProjectCli;

beforeAll(() => {
  project = createTestProject(
    {
      "app/gateway.lua": `return {
        {"ANY", "/echo/:id", "echo"}, {"GET", "/boom", "boom"}, {"GET", "/refuse", "refuse"},
        {"GET", "/stream", "stream"}, {"GET", "/cut", "cut"}, {"GET", "/cut_later", "cut_later"},
        {"POST", "/raw", "raw"}, {"GET", "/env", "env"}, {"GET", "/slow", "slow"}, {"GET", "/spin", "spin"},
      }`,
      "app/echo.lua": `local ngx = require "ngx"
        return function(args)
          ngx.header["X-Two"] = {"a", "b"}
          ngx.header["Set-Cookie"] = {"a=1; Path=/", "b=2"}
          return {args = args, method = ngx.req.get_method(), mine = ngx.req.get_headers()["X-Mine"],
            cookie = ngx.var.http_cookie, host = ngx.var.http_host, uri = ngx.var.request_uri}
        end`,
      "app/boom.lua": "return function() error('boom') end",
      "app/refuse.lua": "return function() return nil, {code = 7} end",
      "app/private/secret.lua": "return function() return 'secret' end",
      "app/unrouted.lua": "return function(args) return {'unrouted', args} end",
      "app/stream.lua": `local ngx = require "ngx"
        return function()
          for i = 1, 3 do ngx.say("piece ", i) ngx.flush(true) ngx.sleep(0.02) end
        end`,
      "app/cut.lua": "return function() require 'ngx'.exit(444) end",
      "app/cut_later.lua": `local ngx = require "ngx"
        return function() ngx.print("so far") ngx.flush(true) ngx.exit(444) end`,
      "app/raw.lua": `local ngx = require "ngx"
        return function() ngx.req.read_body() ngx.print(ngx.req.get_body_data()) end`,
      "app/env.lua": `return function()
          return {os.getenv("ALLOWED"), os.getenv("FORBIDDEN") or false, (pcall(os.exit))}
        end`,
      "app/slow.lua": `return function(args) require "ngx".sleep(0.2) return args.n end`,
      "app/spin.lua": "return function() while true do end end",
    },
    { ALLOWED: "yes", FORBIDDEN: "no" },
  );
  process.env["ALLOWED"] = "yes";
  process.env["FORBIDDEN"] = "no";
});

afterAll(() => {
  delete process.env["ALLOWED"];
  delete process.env["FORBIDDEN"];
  project.cli.dispose();
});

test("a request has all that a request can have, and the reply what it got", async () => {
  const lines = await project.run(`
    local reply = app.request("put", "/echo/7?x=1#top", {
      query = {y = {1, "b c"}, z = true, no = false}, headers = {["X-Mine"] = "mine"},
      cookies = {session = "abc"}, json = {deep = {1, 2}},
    })
    local data = reply.data
    print(reply.status, reply.headers["content-type"], reply.headers.Content_Type)
    print(table.concat(reply.headers["X-Two"], ","), table.concat(reply.headers.set_cookie, ","))
    print(reply.cookies.a, reply.cookies.b, reply.headers["X-None"])
    print(data.args.id, data.args.x, data.args.y[2], data.args.z, data.args.no, data.args.deep[2])
    print(data.method, data.mine, data.cookie, data.host, data.uri)
    print(reply.json.data == data, #reply.body > 10, reply.error)
  `);
  expect(lines).toEqual([
    "200\tapplication/json\tapplication/json",
    "a,b\ta=1; Path=/,b=2",
    "1\t2\tnil",
    "7\t1\tb c\ttrue\tnil\t2",
    "PUT\tmine\tsession=abc\tlocalhost\t/echo/7?x=1&y=1&y=b%20c&z",
    "true\ttrue\tnil",
  ]);
});

test("forms and bodies of bytes arrive as they are", async () => {
  const lines = await project.run(
    `
    local form = app.request("POST", "/echo/1", {form = {["a b"] = "c&d", n = 5}}).data.args
    print(form["a b"], form.n)
    local bytes = {}
    for i = 0, 255 do bytes[#bytes + 1] = string.char(i) end
    bytes = table.concat(bytes):rep(1000)
    local reply = app.request("POST", "/raw", {body = bytes, headers = {["Content-Type"] = "application/x-www-form-urlencoded"}})
    print(reply.status, reply.body == bytes, reply.json)
    print(app.request("GET", "/echo/a b\\xc3\\xa4").data.args.id == "a b\\xc3\\xa4")
    print(app.request("POST", "/echo/1", {json = false}).status, app.request("DELETE", "/echo/1", {json = {a = 1}}).data.args.a)
  `.replaceAll("\\\\x", "\\x"),
  );
  expect(lines).toEqual(["c&d\t5", "200\ttrue\tnil", "true", "200\t1"]);
});

test("errors are those of the gateway", async () => {
  const lines = await project.run(`
    print(app.request("GET", "/boom").status, app.request("GET", "/boom").error)
    print(app.request("GET", "/refuse").status, app.request("GET", "/refuse").error.code)
    print(app.request("GET", "/nothing").status, app.request("GET", "/nothing").error)
    print(app.request("POST", "/echo/1", {body = "{", headers = {["Content-Type"] = "application/json"}}).status)
    print(app.request("GET", "/spin").status)
    print(app.request("HEAD", "/echo/1").status, app.request("HEAD", "/echo/1").body == "")
  `);
  expect(lines).toEqual([
    "500\tapp/boom.lua:1: boom",
    "400\t7",
    "404\tnot found",
    "400",
    "500",
    "200\ttrue",
  ]);
});

test("private functions, and with the internal token all", async () => {
  const lines = await project.run(`
    print(app.request("GET", "/private/secret").data)
    print(app.request("POST", "/unrouted").status)
    local reply = app.request("POST", "/unrouted", {internal = true, json = {a = 1}})
    print(reply.data[1], reply.data[2].a, next(reply.data[2], "a"))
  `);
  expect(lines).toEqual(["secret", "404", "unrouted\t1\tnil"]);
});

test("a reply is read piece by piece while the function goes on; cut ones are told apart", async () => {
  const lines = await project.run(`
    local reply = app.open("GET", "/stream")
    print(reply.status, reply:read() == "piece 1\\n")
    local rest, piece = "", reply:read()
    while piece do rest, piece = rest .. piece, reply:read() end
    print((rest:gsub("\\n", ",")))
    local other = app.open("GET", "/stream")
    other:close()
    print(pcall(app.request, "GET", "/cut"))
    local cut = app.request("GET", "/cut_later")
    print(cut.status, cut.cut, cut.body)
  `);
  expect(lines).toEqual([
    "200\ttrue",
    "piece 2,piece 3,",
    "false\ttest/test_it.lua:10: the connection ended without a reply",
    "200\ttrue\tso far",
  ]);
});

test("requests at once, in coroutines and in light threads", async () => {
  const lines = await project.run(`
    local ngx, flow = require "ngx", require "flow"
    local a, b, c = app.all{{"GET", "/slow?n=1"}, {"GET", "/slow", {query = {n = 2}}}, {"GET", "/boom"}}
    print(a.data, b.data, c.status)
    print(select("#", app.all{}), app.all{{"GET", "/slow?n=3"}}.data)
    local wrapped = coroutine.wrap(function() coroutine.yield(app.request("GET", "/slow?n=4").data) return "end" end)
    print(wrapped(), wrapped())
    local thread = ngx.thread.spawn(function() return app.request("GET", "/slow?n=5").data end)
    print(ngx.thread.wait(thread))
  `);
  expect(lines).toEqual(["1\t2\t500", "0\t3", "4\tend", "true\t5"]);
});

test("functions see of the environment what the settings say; the test sees all", async () => {
  const lines = await project.run(`
    local data = app.request("GET", "/env").data
    print(data[1], data[2], data[3])
    print(os.getenv("FORBIDDEN"))
  `);
  expect(lines).toEqual(["yes\tfalse\tfalse", "no"]);
});

test("calls give the value, or nil, the error and the status", async () => {
  const lines = await project.run(`
    print(app.call("slow", {n = 8}))
    print(app.call("boom"))
    print(select(3, app.call("refuse")), select(2, app.call("refuse")).code)
    print(select(3, app.call("no/such")), (select(2, app.call("no/such")):match("^[^\\n]*")))
    print(app.call("private/secret"))
    local seen = {}
    app.call("echo", seen)
    print(pcall(app.call, "slow", {f = print}))
  `);
  expect(lines.slice(0, 5)).toEqual([
    "8",
    "nil\tapp/boom.lua:1: boom\t500",
    "400\t7",
    "404\tmodule 'no/such' not found:",
    "secret",
  ]);
  expect(lines[5]).toMatch(/^false\tbad argument #2 to .*function/);
});

test.each([
  [
    "app.request('GET')",
    `bad argument #2 to 'request' (the path must be a string that begins with "/")`,
  ],
  [
    "app.request('G T', '/')",
    `bad argument #1 to 'request' (the method must be a word such as "GET")`,
  ],
  [
    "app.request('GET', '/', {qeury = {}})",
    "there is no option 'qeury' (there are query, headers, cookies, json, form, body, internal)",
  ],
  [
    "app.request('GET', '/', {json = {}, body = ''})",
    "a request has one body: give 'json' or 'body'",
  ],
  ["app.request('GET', '/', {headers = {['a b'] = 'x'}})", "'a b' can't be the name of a header"],
  [
    "app.request('GET', '/', {headers = {a = 'x\\r\\ny: z'}})",
    "the header 'a' has a control character",
  ],
  [
    "app.request('GET', '/', {cookies = {a = 'x;y'}})",
    "the cookie 'a' has a character that must be encoded",
  ],
  ["app.request('GET', '/', {json = print})", "'json': "],
  ["app.request('GET', '/', {query = {a = print}})", "'query': the value of 'a' is a function"],
  ["app.all{{'GET', '/'}, 5}", "request 2 of the list must be a table with a method and a path"],
  ["app.all{{'GET', 'x'}}", "request 1 of the list: the path must be"],
])("%s is refused", async (call, message) => {
  const [line = ""] = await project.run(`print(select(2, pcall(function() ${call} end)))`);
  expect(line).toContain(message);
  expect(line).toMatch(/^test\/test_it\.lua:2: /);
});
