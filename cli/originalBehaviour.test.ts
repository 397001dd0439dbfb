/**
 * What the original did, and what is mended of it (fixtures/http/behaviour.md), once more from outside: `spacer start` and clients
 * that send bytes. What each row means in detail is in the cases that the table names.
 */
import { connect } from "node:net";
import { createTestCli, waitFor, type TestCli } from "./context.testkit.ts";

jest.setTimeout(60_000);

const TOKEN = "s3cret";

let cli: TestCli;
let ended: Promise<number>;
let port: number;

const APP: Readonly<Record<string, string>> = {
  "app/gateway.lua": `return {
    {"GET", "/", "echo"}, {"ANY", "/echo", "echo"}, {"GET", "/users/me", "texts"}, {"GET", "/users/:id", "echo"},
    {"GET", "/a/:x/b", "echo"}, {"GET", "/a/:y/c", "echo"}, {"GET", "/files/*rest", "echo"}, {"DELETE", "/orders/:id", "echo"},
    {"GET", "/nothing", "nothing"}, {"GET", "/no", "no"}, {"GET", "/no-table", "no_table"}, {"GET", "/half", "half"},
    {"GET", "/boom", "boom"}, {"GET", "/boom-table", "boom_table"}, {"GET", "/not-a-function", "not_a_function"},
    {"GET", "/closure", "closure"}, {"GET", "/missing", "missing"}, {"GET", "/inner", "inner"}, {"GET", "/syntax", "syntax"},
    {"GET", "/deep", "deep/er"}, {"GET", "/deep2", "deep.er"}, {"GET", "/third", "third"}, {"GET", "/null", "null"},
    {"GET", "/flow", "flows"}, {"GET", "/flow-fails", "flow_fails"}, {"POST", "/null", "null"},
  }`,
  "app/echo.lua": "return function(args) return args end",
  "app/texts.lua": "return function() return 'me' end",
  "app/nothing.lua": "return function() end",
  "app/no.lua": "return function() return nil, 'bad input' end",
  "app/no_table.lua": "return function() return nil, {field = 'name'} end",
  "app/half.lua": "return function() return 'value', false end",
  "app/boom.lua": "return function() error('boom') end",
  "app/boom_table.lua": "return function() error({code = 7}) end",
  "app/not_a_function.lua": "return {}",
  "app/closure.lua": "return function() return print end",
  "app/inner.lua": "require 'not_there'\nreturn function() end",
  "app/syntax.lua": "return function(\n",
  "app/deep/er.lua": "return function() return 'deep' end",
  "app/third.lua": "return function() return 1/3 end",
  "app/null.lua":
    "return function(args) return {args.a == require('cjson').null, args.a ~= nil} end",
  "app/flows.lua":
    "local flow = require 'flow'\nreturn function() return {flow.call('echo', {n = 1}), flow.call('nothing') == nil} end",
  "app/flow_fails.lua":
    "local flow = require 'flow'\nreturn function() local _, e = pcall(flow.call, 'no') return e end",
  "app/private/job.lua": "return function(args) return {job = args} end",
};

async function start(environment: string, settings = ""): Promise<void> {
  cli = createTestCli({ SPACER_INTERNAL_TOKEN: TOKEN, SPACER_GATEWAY_ADMIN: "false" });
  for (const [path, text] of Object.entries(APP)) cli.write(path, text);
  cli.write("config/application.yml", `spacerVersion: 1\nappName: shop\n${settings}`);
  ended = cli.run("start", ".", "--port", "0", "--env", environment, "--workers", "0");
  await waitFor(
    () => cli.out.includes("serving shop on http"),
    () => cli.out + cli.err,
    30_000,
  );
  port = Number(/localhost:(\d+)/.exec(cli.out)?.[1]);
}

afterEach(async () => {
  cli.interrupt();
  await ended;
  cli.dispose();
});

/** @param request First line and headers, and behind an empty line the body. @returns All bytes of the reply. */
function send(request: string): Promise<string> {
  const [head = "", body = ""] = request.split("\n\n");
  const [line = "", ...headers] = head.split("\n");
  const length = `Content-Length: ${String(body.length)}`;
  const bytes = [`${line} HTTP/1.1`, "Host: x", "Connection: close", ...headers, length, "", body];
  return new Promise((resolve, reject) => {
    let reply = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes.join("\r\n"), "latin1"));
    socket.setEncoding("latin1").on("data", (piece: string) => (reply += piece));
    socket.on("close", () => {
      resolve(reply);
    });
    socket.on("error", reject);
  });
}

/** "200 {...}", where the reply is JSON with a newline at its end, as all are. */
async function answer(request: string): Promise<string> {
  const reply = await send(request);
  const [head = "", body = ""] = reply.split("\r\n\r\n");
  if (!/^content-type: application\/json$/im.test(head)) return `no JSON: ${reply}`;
  return `${head.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length)} ${body.replace(/\n$/, "")}`;
}

type Row = readonly [request: string, reply: string];

const BOTH: readonly Row[] = [
  ["GET /", '200 {"data":{}}'],
  ["DELETE /orders/7", '200 {"data":{"id":"7"}}'],
  ["PATCH /echo?a=1", '200 {"data":{"a":"1"}}'],
  ["GET /users/me", '200 {"data":"me"}'],
  ["GET /users/a.txt", '200 {"data":{"id":"a.txt"}}'],
  ["GET /users/a%2Fb", '200 {"data":{"id":"a/b"}}'],
  ["GET /a/1/c", '200 {"data":{"y":"1"}}'],
  ["GET /files/a/b.txt", '200 {"data":{"rest":"a/b.txt"}}'],
  ["GET /files/", '404 {"error":"not found"}'],
  ["GET //echo//", '200 {"data":{}}'],
  ["GET /Echo", '404 {"error":"not found"}'],
  ["GET /deep", '200 {"data":"deep"}'],
  ["GET /deep2", '200 {"data":"deep"}'],
  ['GET /users/route?id=query\n\n{"id":"body"}', '200 {"data":{"id":"route"}}'],
  ["GET /echo?a=1&a=2", '200 {"data":{"a":["1","2"]}}'],
  ["GET /echo?b", '200 {"data":{"b":true}}'],
  ["GET /echo?c=", '200 {"data":{"c":""}}'],
  ["POST /echo\n\n[1,2]", '200 {"data":[1,2]}'],
  ['POST /null\n\n{"a":null}', '200 {"data":[true,true]}'],
  ["POST /echo\nContent-Type: application/x-www-form-urlencoded\n\na=1", '200 {"data":{"a":"1"}}'],
  [
    "POST /echo\nContent-Type: text/plain\n\nx",
    '415 {"error":"unsupported content type: text/plain"}',
  ],
  ["GET /third", '200 {"data":0.33333333333333}'],
  ["GET /nothing", "200 {}"],
  ["GET /no", '400 {"error":"bad input"}'],
  ["GET /no-table", '400 {"error":{"field":"name"}}'],
  ["GET /half", '200 {"data":"value"}'],
  ["GET /nowhere", '404 {"error":"not found"}'],
  ["GET /flow", '200 {"data":[{"n":1},true]}'],
  ["GET /flow-fails", '200 {"data":"{\\"error\\":\\"bad input\\"}\\n"}'],
  [`GET /private/job?spacer_internal_token=${TOKEN}&a=1`, '200 {"data":{"job":{"a":"1"}}}'],
  [`GET /no_table?spacer_internal_token=${TOKEN}`, '400 {"error":{"field":"name"}}'],
  [`GET /deep/er\nX-Spacer-Internal-Token: ${TOKEN}`, '200 {"data":"deep"}'],
  ["GET /echo?spacer_internal_token=guess&a=1", '200 {"data":{"a":"1"}}'],
  ["GET /deep/er?spacer_internal_token=guess", '404 {"error":"not found"}'],
];

const SORRY = `500 {"error":"We're sorry, something went wrong"}`;

async function expectRows(rows: readonly Row[]): Promise<void> {
  for (const [request, reply] of rows) {
    const answered = await answer(request);
    // What is no whole object tells how the reply begins.
    const shown = reply.endsWith("}") ? answered : answered.slice(0, reply.length);
    expect([request, shown]).toEqual([request, reply]);
  }
}

test("in development", async () => {
  await start("development", "gateway: { trustProxy: loopback, bodyLimit: 100 }\n");
  await expectRows([
    ...BOTH,
    ["GET /boom", '500 {"error":"app/boom.lua:1: boom"'],
    ["GET /boom-table", '500 {"error":{"code":7},"'],
    ["GET /not-a-function", '500 {"error":"attempt to call a table value"'],
    ["GET /closure", "500 {\"error\":\"the result of 'closure' can't be encoded as JSON"],
    ["GET /missing", '404 {"error":"module \'missing\' not found:'],
    ["GET /inner", '500 {"error":"app/inner.lua:1: module \'not_there\' not found:'],
    ["GET /syntax", "500 {\"error\":\"error loading module 'syntax' from file 'app/syntax.lua'"],
    ["GET /private/job", '200 {"data":{"job":{}}}'],
    ["DELETE /private/job", '200 {"data":{"job":{}}}'],
    ["GET /private/job\nX-Forwarded-For: 203.0.113.7", '403 {"error":"forbidden"}'],
    ["GET /private/..%2Fecho", '404 {"error":"not found"}'],
    ['POST /echo\n\n{"a":', '400 {"error":"invalid JSON body'],
    [`POST /echo\n\n${"x".repeat(101)}`, '413 {"error":"request body is larger than 100 bytes"}'],
  ]);
});

test("in production", async () => {
  await start("production");
  await expectRows([
    ...BOTH,
    ["GET /boom", SORRY],
    ["GET /boom-table", SORRY],
    ["GET /not-a-function", SORRY],
    ["GET /closure", SORRY],
    ["GET /missing", '404 {"error":"not found"}'],
    ["GET /inner", '500 {"error":"Internal Server Error"}'],
    ["GET /syntax", '500 {"error":"Internal Server Error"}'],
    ["GET /private/job", '403 {"error":"forbidden"}'],
    ["GET /private/job?spacer_internal_token=guess", '403 {"error":"forbidden"}'],
  ]);
});
