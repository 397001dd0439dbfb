/**
 * What the original did, and what is mended of it (fixtures/http/behaviour.md), as a project and the requests to it. What each row means
 * in detail is in the cases that the table names.
 */

export const TOKEN = "s3cret";

export type Environment = "development" | "production";

/**
 * A first line, headers, and behind an empty line the body. The reply is its status, and its body, which is JSON: all of it, or when it is no
 * whole object, how it begins.
 */
export type Row = readonly [request: string, reply: string];

/** Names that are computed are those that a build would refuse, because nothing is there, or nothing that can be compiled. */
export const PROJECT: Readonly<Record<string, string>> = {
  "config/application.yml":
    "spacerVersion: 1\nappName: shop\ngateway: { trustProxy: loopback, bodyLimit: 9000 }\n",
  "app/gateway.lua": `return {
    {"GET", "/", "echo"}, {"ANY", "/echo", "echo"}, {"GET", "/users/me", "texts"}, {"GET", "/users/:id", "echo"},
    {"GET", "/a/:x/b", "echo"}, {"GET", "/a/:y/c", "echo"}, {"GET", "/files/*rest", "echo"}, {"DELETE", "/orders/:id", "echo"},
    {"GET", "/files/old", "texts"}, {"GET", "/a(b)", "texts"}, {"GET", "/item/:id", "echo"}, {"POST", "/length", "length"},
    {"GET", "/nothing", "nothing"}, {"GET", "/no", "no"}, {"GET", "/no-table", "no_table"}, {"GET", "/half", "half"},
    {"GET", "/boom", "boom"}, {"GET", "/boom-table", "boom_table"}, {"GET", "/boom-nil", "boom_nil"},
    {"GET", "/not-a-function", "not_a_function"}, {"GET", "/closure", "closure"}, {"GET", "/missing", "mis" .. "sing"},
    {"GET", "/inner", "inner"}, {"GET", "/syntax", "syn" .. "tax"}, {"GET", "/load", "load"}, {"GET", "/endless", "endless"},
    {"GET", "/deep", "deep/er"}, {"GET", "/deep2", "deep.er"}, {"GET", "/third", "third"}, {"POST", "/count", "count"},
    {"GET", "/flow", "flows"}, {"GET", "/flow-fails", "flow_fails"}, {"GET", "/flow-all", "flow_all"}, {"POST", "/null", "null"},
  }`,
  "app/echo.lua": "return function(args) return args end",
  "app/texts.lua": "return function() return 'me' end",
  "app/length.lua": "return function(args) return #args.text end",
  "app/nothing.lua": "return function() end",
  "app/no.lua": "return function() return nil, 'bad input' end",
  "app/no_table.lua": "return function() return nil, {field = 'name'} end",
  "app/half.lua": "return function() return 'value', false end",
  "app/boom.lua": "return function() error('boom') end",
  "app/boom_table.lua": "return function() error({code = 7}) end",
  "app/boom_nil.lua": "return function() error(nil) end",
  "app/not_a_function.lua": "return {}",
  "app/closure.lua": "return function() return print end",
  "app/inner.lua": "require('not_' .. 'there')\nreturn function() end",
  "app/syntax.lua": "return function(\n",
  "app/load.lua": "\nerror('at once')",
  "app/endless.lua":
    "local function endless(n) return 1 + endless(n + 1) end\nreturn function() return endless(1) end",
  "app/deep/er.lua": "return function() return 'deep' end",
  "app/third.lua": "return function() return 1/3 end",
  "app/count.lua": "local count = 0\nreturn function() count = count + 1 return count end",
  "app/null.lua":
    "return function(args) return {args.a == require('cjson').null, args.a ~= nil} end",
  "app/flows.lua":
    "local flow = require 'flow'\nreturn function() return {flow.call('echo', {n = 1}), flow.call('nothing') == nil} end",
  "app/flow_fails.lua":
    "local flow = require 'flow'\nreturn function() local _, e = pcall(flow.call, 'no') return e end",
  "app/flow_all.lua":
    "local flow = require 'flow'\nreturn function() return {flow.all({{'echo', {n = 1}}, {'texts'}})} end",
  "app/private/job.lua": "return function(args) return {job = args} end",
  "lib/outside.lua": "return function() return 'outside' end",
};

/** What is the same wherever it is served. */
export const ROWS: readonly Row[] = [
  ["GET /", '200 {"data":{}}'],
  ["DELETE /orders/7", '200 {"data":{"id":"7"}}'],
  ["PATCH /echo?a=1", '200 {"data":{"a":"1"}}'],
  ["GET /users/me", '200 {"data":"me"}'],
  ["GET /users/a.txt", '200 {"data":{"id":"a.txt"}}'],
  ["GET /users/a%2Fb", '200 {"data":{"id":"a/b"}}'],
  ["GET /a/1/c", '200 {"data":{"y":"1"}}'],
  ["GET /files/a/b.txt", '200 {"data":{"rest":"a/b.txt"}}'],
  ["GET /files/old", '200 {"data":"me"}'],
  ["GET /files/", '404 {"error":"not found"}'],
  ["GET /files/a/%2e%2E/b", '200 {"data":{"rest":"b"}}'],
  ["GET /files/../../etc", '400 {"error":"malformed path"}'],
  ["GET /a(b)", '200 {"data":"me"}'],
  ["GET /ab", '404 {"error":"not found"}'],
  ["GET //echo//", '200 {"data":{}}'],
  ["GET /Echo", '404 {"error":"not found"}'],
  ["GET /deep", '200 {"data":"deep"}'],
  ["GET /deep2", '200 {"data":"deep"}'],
  ['GET /users/route?id=query\n\n{"id":"body"}', '200 {"data":{"id":"route"}}'],
  ["GET /echo?a=1&a=2", '200 {"data":{"a":["1","2"]}}'],
  ["GET /echo?b", '200 {"data":{"b":true}}'],
  ["GET /echo?c=", '200 {"data":{"c":""}}'],
  ["POST /echo\n\n[1,2]", '200 {"data":[1,2]}'],
  ['POST /echo\n\n{"a":"\xff\xe9"}', '200 {"data":{"a":"\xff\xe9"}}'],
  ['POST /echo\n\n{"__proto__":{"x":1}}', '200 {"data":{"__proto__":{"x":1}}}'],
  ['POST /null\n\n{"a":null}', '200 {"data":[true,true]}'],
  [`POST /length\n\n{"text":"${"x".repeat(8900)}"}`, '200 {"data":8900}'],
  ["POST /echo\nContent-Type: application/x-www-form-urlencoded\n\na=1", '200 {"data":{"a":"1"}}'],
  [
    'POST /echo\nContent-Type: multipart/form-data; boundary=b\n\n--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n',
    '200 {"data":{"a":"1"}}',
  ],
  [
    "POST /echo\nContent-Type: text/plain\n\nx",
    '415 {"error":"unsupported content type: text/plain"}',
  ],
  ['POST /echo\n\n{"a":', '400 {"error":"invalid JSON body'],
  [`POST /echo\n\n${"x".repeat(9001)}`, '413 {"error":"request body is larger than 9000 bytes"}'],
  ["GET /third", '200 {"data":0.33333333333333}'],
  ["GET /nothing", "200 {}"],
  ["GET /no", '400 {"error":"bad input"}'],
  ["GET /no-table", '400 {"error":{"field":"name"}}'],
  ["GET /half", '200 {"data":"value"}'],
  ["GET /nowhere", '404 {"error":"not found"}'],
  ["POST /count", '200 {"data":1}'],
  ["POST /count", '200 {"data":2}'],
  ["GET /flow", '200 {"data":[{"n":1},true]}'],
  ["GET /flow-fails", '200 {"data":"{\\"error\\":\\"bad input\\"}\\n"}'],
  ["GET /flow-all", '200 {"data":[{"n":1},"me"]}'],
  [`GET /private/job?spacer_internal_token=${TOKEN}&a=1`, '200 {"data":{"job":{"a":"1"}}}'],
  [`GET /no_table?spacer_internal_token=${TOKEN}`, '400 {"error":{"field":"name"}}'],
  [`GET /deep/er\nX-Spacer-Internal-Token: ${TOKEN}`, '200 {"data":"deep"}'],
  ["GET /echo?spacer_internal_token=guess&a=1", '200 {"data":{"a":"1"}}'],
  ["GET /deep/er?spacer_internal_token=guess", '404 {"error":"not found"}'],
  ["GET /private/job\nX-Forwarded-For: 203.0.113.7", '403 {"error":"forbidden"}'],
];

const SORRY = `500 {"error":"We're sorry, something went wrong"}`;
const ERROR = '500 {"error":"Internal Server Error"}';
const FORBIDDEN = '403 {"error":"forbidden"}';

/** What production does not tell, or not let do. */
const BY_ENVIRONMENT: readonly (readonly [
  request: string,
  development: string,
  production: string,
])[] = [
  ["GET /boom", '500 {"error":"app/boom.lua:1: boom"', SORRY],
  ["GET /boom-table", '500 {"error":{"code":7},"', SORRY],
  ["GET /boom-nil", '500 {"error":"nil"', SORRY],
  ["GET /not-a-function", '500 {"error":"attempt to call a table value"', SORRY],
  ["GET /closure", "500 {\"error\":\"the result of 'closure' can't be encoded as JSON", SORRY],
  ["GET /endless", '500 {"error":"app/endless.lua:1: stack overflow', SORRY],
  ["GET /missing", '404 {"error":"module \'missing\' not found:', '404 {"error":"not found"}'],
  ["GET /inner", '500 {"error":"app/inner.lua:1: module \'not_there\' not found:', ERROR],
  ["GET /load", '500 {"error":"app/load.lua:2: at once"', ERROR],
  [
    "GET /syntax",
    "500 {\"error\":\"error loading module 'syntax' from file 'app/syntax.lua'",
    ERROR,
  ],
  ["GET /private/job", '200 {"data":{"job":{}}}', FORBIDDEN],
  ["DELETE /private/job", '200 {"data":{"job":{}}}', FORBIDDEN],
  ["GET /private/job?spacer_internal_token=guess", '200 {"data":{"job":{}}}', FORBIDDEN],
  ["GET /private/..%2F..%2Flib%2Foutside", '404 {"error":"not found"}', FORBIDDEN],
];

/** What differs in a bundle, and why. */
const IN_BUNDLE: Readonly<Record<string, { why: string; replies: Record<Environment, string> }>> = {
  "GET /syntax": {
    why: "nothing that a build sees leads to the file, so that there is none",
    replies: {
      development: '404 {"error":"module \'syntax\' not found:',
      production: '404 {"error":"not found"}',
    },
  },
};

/** The replies to expect. */
export function rowsFor(environment: Environment, isBundle: boolean): readonly Row[] {
  const rows = BY_ENVIRONMENT.map(([request, development, production]): Row => {
    const own = environment === "development" ? development : production;
    return [request, (isBundle ? IN_BUNDLE[request]?.replies[environment] : undefined) ?? own];
  });
  return [...ROWS, ...rows];
}
