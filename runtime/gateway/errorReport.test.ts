import { LuaError } from "../core/error.ts";
import type { LuaFunction } from "../core/value.ts";
import { LuaTable } from "../core/table.ts";
import type { AccessEntry } from "./exchange.ts";
import type { ErrorReport } from "./errorReport.ts";
import type { Gateway } from "./gateway.ts";
import { createTestGateway } from "./gateway.testkit.ts";

const BROWSER = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

const fails: LuaFunction = (args) => {
  if (args instanceof LuaTable) args.setString("added", "by the function");
  throw new LuaError("app/fails.lua:1: no");
};

let gateway: Gateway;
let reports: ErrorReport[];
let entries: AccessEntry[];
let bugs: unknown[];
let render: (report: ErrorReport) => string;

beforeEach(async () => {
  [reports, entries, bugs] = [[], [], []];
  render = () => "<p>ä</p>";
  gateway = await createTestGateway({
    rows: [
      ["ANY", "/fails/:id", "fails"],
      ["GET", "/works", "works"],
      ["GET", "/refuses", "refuses"],
    ],
    modules: { fails, works: () => 1, refuses: () => [undefined, "no"] },
    internalToken: "secret-token",
    renderErrorPage: (report) => {
      reports.push(report);
      return render(report);
    },
    onRequest: (entry) => entries.push(entry),
    onBug: (thrown) => bugs.push(thrown),
  });
});

afterEach(async () => {
  await gateway.close();
});

test("who prefers HTML gets the page, with the same status; all others JSON", async () => {
  const page = await gateway.inject({ url: "/fails/7", headers: BROWSER });
  expect([page.statusCode, page.body]).toEqual([500, "<p>ä</p>"]);
  expect(page.headers).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    vary: "Accept",
    "cache-control": "no-store",
  });
  const json = await gateway.inject({ url: "/fails/7", headers: { accept: "*/*" } });
  expect([json.statusCode, json.json()]).toEqual([500, { error: "app/fails.lua:1: no" }]);
  expect(json.headers).toMatchObject({ "content-type": "application/json", vary: "Accept" });
  expect(reports).toHaveLength(1);
});

test("what is no error is JSON for everybody", async () => {
  const reply = await gateway.inject({ url: "/works", headers: BROWSER });
  expect([reply.statusCode, reply.body]).toEqual([200, '{"data":1}\n']);
  expect(reply.headers).not.toHaveProperty("vary");
});

test.each([
  ["/refuses", "GET", 400, "refuses"],
  ["/nowhere", "GET", 404, undefined],
  ["/%zz", "GET", 400, undefined],
  ["/private/nothing", "GET", 404, "private/nothing"],
] as const)("%s has a page too", async (url, method, status, functionName) => {
  const reply = await gateway.inject({ url, method, headers: BROWSER });
  expect([reply.statusCode, reply.body]).toEqual([status, "<p>ä</p>"]);
  expect(reports[0]).toMatchObject({ status, functionName });
});

test("the report has the request as it came, without the internal token", async () => {
  await gateway.inject({
    method: "POST",
    url: "/fails/7?a=1&spacer_internal_token=wrong&spacer%5Finternal_token=wrong&b",
    headers: {
      ...BROWSER,
      "x-spacer-internal-token": "wrong",
      referer: "http://localhost/?b=1&spacer_internal_token=wrong",
      "X-Two": "2",
    },
    payload: '{"c":[true,null]}',
  });
  const [report] = reports as [ErrorReport];
  expect(report.request).toMatchObject({
    method: "POST",
    target: "/fails/7?a=1&b",
    body: '{"c":[true,null]}',
  });
  // Not what the function has made of them.
  expect(JSON.parse(report.request.args ?? "")).toEqual({
    id: "7",
    a: "1",
    b: true,
    c: [true, null],
  });
  expect(report.request.headers).toContainEqual(["x-two", "2"]);
  expect(report.request.headers).toContainEqual(["referer", "http://localhost/?b=1"]);
  expect(JSON.stringify(report)).not.toMatch(/token|wrong/);
  expect(report.json).toBe('{"error":"app/fails.lua:1: no"}\n');
});

test("a body that can't be read is reported, and no arguments", async () => {
  await gateway.inject({ method: "POST", url: "/fails/7", headers: BROWSER, payload: '{"c":' });
  expect(reports).toMatchObject([{ status: 400, request: { body: '{"c":', args: undefined } }]);
});

test("a request that gets a page has a trace, that of the client if it has one", async () => {
  await gateway.inject({ url: "/fails/1", headers: BROWSER });
  await gateway.inject({ url: "/fails/1", headers: { ...BROWSER, "x-spacer-trace-id": "mine" } });
  expect(reports.map(({ traceId }) => traceId)).toEqual([
    expect.stringMatching(/^[\da-f]{32}$/),
    "mine",
  ]);
  expect(entries.map(({ invocation }) => invocation?.span?.trace.id)).toEqual(
    reports.map(({ traceId }) => traceId),
  );
});

test("a page that can't be made is a bug; the client gets JSON", async () => {
  const bug = new Error("no page");
  render = () => {
    throw bug;
  };
  const reply = await gateway.inject({ url: "/fails/7", headers: BROWSER });
  expect([reply.statusCode, reply.json()]).toEqual([500, { error: "app/fails.lua:1: no" }]);
  expect(bugs).toEqual([bug]);
});
