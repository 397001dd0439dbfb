/** Requests, calls and events as the steps of traces. */
import type { Span } from "../core/span.ts";
import { LuaError } from "../core/error.ts";
import { LuaTable } from "../core/table.ts";
import type { LuaFunction } from "../core/value.ts";
import { openFlow } from "../modules/flow.ts";
import { createTestGateway } from "./gateway.testkit.ts";
import type { Gateway } from "./gateway.ts";

let gateway: Gateway;
let spans: Span[];

const flow = openFlow(undefined as never);
const call = flow.getString("call") as LuaFunction;
const all = flow.getString("all") as LuaFunction;

function list(...items: (string | LuaTable)[]): LuaTable {
  return new LuaTable(undefined, items);
}

beforeEach(async () => {
  spans = [];
  gateway = await createTestGateway({
    rows: [
      ["ANY", "/outer", "outer"],
      ["ANY", "/all", "all"],
      ["ANY", "/hello", "hello"],
      ["ANY", "/fails", "fails"],
    ],
    modules: {
      hello: () => "hi",
      fails: () => {
        throw new LuaError("boom");
      },
      outer: () => call("middle"),
      middle: () => call("/hello"),
      all: () => all(list(list("hello"), list("fails"), list("middle"))),
    },
    internalToken: "s3cret",
    bodyLimitBytes: 100,
    onSpan: (span) => spans.push(span),
  });
});

afterEach(() => gateway.close());

/** Each span that ended, as "parent > name". */
function tree(): string[] {
  const names = new Map(spans.map(({ id, name }) => [id, name]));
  return spans.map(({ parentId, name }) => {
    const parent = parentId === undefined ? "-" : (names.get(parentId) ?? parentId);
    return `${parent} > ${name}`;
  });
}

test("calls are spans within that of the request, and end before it", async () => {
  const reply = await gateway.inject("/outer");
  expect(reply.json()).toEqual({ data: "hi" });
  expect(tree()).toEqual(["middle > hello", "outer > middle", "- > outer"]);
  expect(new Set(spans.map(({ trace }) => trace.id))).toEqual(
    new Set([reply.headers["x-spacer-trace-id"]]),
  );
  expect(spans[0]).toMatchObject({
    method: "GET",
    path: "/hello",
    status: 200,
    sizeBytes: '{"data":"hi"}\n'.length,
  });
});

test("flow.all has a span for each call, also of those that fail", async () => {
  expect((await gateway.inject("/all")).statusCode).toBe(500);
  expect(tree()).toEqual([
    "all > hello",
    "all > fails",
    "middle > hello",
    "all > middle",
    "- > all",
  ]);
  expect(spans.map(({ status }) => status)).toEqual([200, 500, 200, 200, 500]);
});

test("a request goes on with the trace of its client, and the reply names it", async () => {
  const headers = { "x-spacer-trace-id": "T1", "x-spacer-span-id": "S1" };
  const reply = await gateway.inject({ url: "/outer", headers });
  expect(reply.headers["x-spacer-trace-id"]).toBe("T1");
  expect(tree().at(-1)).toBe("S1 > outer");
  expect(spans.every(({ trace }) => trace.id === "T1")).toBe(true);
});

test.each([
  [{ url: "/nowhere" }, 404, "-"],
  [{ url: "/%zz" }, 400, "-"],
  [{ url: "/fails" }, 500, "fails"],
  [{ url: "/private/hello", remoteAddress: "10.0.0.1" }, 403, "-"],
  [{ url: "/hello", method: "POST", payload: "{" }, 400, "hello"],
  [{ url: "/hello", method: "POST", payload: "x".repeat(101) }, 413, "-"],
] as const)("%j is a span, too", async (request, status, name) => {
  const reply = await gateway.inject(request);
  expect(reply.statusCode).toBe(status);
  expect(reply.headers["x-spacer-trace-id"]).toBe(spans[0]?.trace.id);
  expect(spans).toMatchObject([{ status, name, sizeBytes: reply.rawPayload.length }]);
});

test("a span knows the client, and nothing of the query", async () => {
  await gateway.inject({
    url: "/outer?spacer_internal_token=s3cret&a=1",
    headers: { "user-agent": "test", "x-spacer-internal-token": "s3cret" },
    remoteAddress: "10.0.0.7",
  });
  expect(spans.map(({ path }) => path)).toEqual(["/hello", "/middle", "/outer"]);
  expect(spans[0]?.trace.client).toMatchObject({
    address: "10.0.0.7",
    headers: { "user-agent": "test" },
  });
});

test("HEAD replies have no body", async () => {
  await gateway.inject({ url: "/hello", method: "HEAD" });
  expect(spans).toMatchObject([{ status: 200, sizeBytes: 0 }]);
});
