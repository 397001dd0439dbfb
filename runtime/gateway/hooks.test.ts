import { LuaTable } from "../core/table.ts";
import { list } from "../core/table.testkit.ts";
import type { Span } from "../core/span.ts";
import { createGateway } from "./gateway.ts";
import { closeAll, openLuaGateway } from "./own/luaGateway.testkit.ts";

afterEach(closeAll);

interface HookedRow {
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

/** Asks a function "f" between its hooks. */
async function ask(functions: Record<string, string>, { before, after }: HookedRow, url = "/f") {
  const { state } = await openLuaGateway(functions);
  const row = list("GET", "/f", "f");
  if (before !== undefined) row.setString("before", list(...before));
  if (after !== undefined) row.setString("after", list(...after));
  state.loaded.setString("gateway", new LuaTable(undefined, [row]));
  const spans: Span[] = [];
  const gateway = await createGateway({
    state,
    mode: "development",
    internalToken: undefined,
    onSpan: (span) => spans.push(span),
    onBug: (thrown) => {
      throw thrown;
    },
  });
  const { statusCode, body, headers } = await gateway.inject(url);
  await gateway.close();
  const called = state.globals.getString("shared") as LuaTable;
  return { status: statusCode, body: body.trimEnd(), headers, spans, called: called.array };
}

const F = "table.insert(shared, 'f') return args";
const AUTH =
  "table.insert(shared, 'auth') if args.key ~= '1' then ngx.status = 401 return nil, 'who are you?' end args.user = 7";

test("who returns nothing lets the request pass, with arguments as it has changed them", async () => {
  const reply = await ask(
    { f: F, auth: AUTH, next: "ngx.sleep(0.001) args.key = nil" },
    { before: ["auth", "next"] },
    "/f?key=1",
  );
  expect(reply).toMatchObject({ status: 200, body: '{"data":{"user":7}}', called: ["auth", "f"] });
});

test.each([
  ["an error", AUTH, 401, '{"error":"who are you?"}'],
  ["a value", "return {cached = true}", 200, '{"data":{"cached":true}}'],
  ["an exit", "ngx.exit(403)", 403, '{"error":"forbidden"}'],
  ["a redirect", "ngx.redirect('/login')", 302, ""],
  ["a reply of its own", "ngx.print('closed')", 200, "closed"],
])("%s before it ends the request", async (_what, source, status, body) => {
  const reply = await ask(
    { f: F, auth: source, after: "table.insert(shared, 'after')" },
    { before: ["auth"], after: ["after"] },
  );
  expect(reply).toMatchObject({ status, body });
  expect(reply.called).not.toContain("f");
  expect(reply.called).not.toContain("after");
});

test.each([
  ["that raises", { auth: "error('boom')" }, "app/auth.lua:1: boom"],
  ["that is missing", {}, "module 'auth' not found"],
])("a hook %s fails the request, and the function is not called", async (_what, hooks, text) => {
  const reply = await ask({ f: F, ...hooks }, { before: ["auth"] });
  expect(reply.status).toBe(500);
  expect(reply.body).toContain(text);
  expect(reply.called).toEqual([]);
});

test("who comes after sees the answer, and may change it", async () => {
  const { state } = await openLuaGateway({ f: "return 1" });
  const chunk =
    "return function(args, reply) reply.data = reply.data * 2 ngx.header.x_seen = 'yes' return 'not looked at' end";
  state.loaded.setString("double", state.call(state.load(chunk, "@app/double.lua"))[0]);
  const row = list("GET", "/f", "f");
  row.setString("after", list("double", "double"));
  state.loaded.setString("gateway", new LuaTable(undefined, [row]));
  const gateway = await createGateway({ state, mode: "development", internalToken: undefined });
  const { body, headers } = await gateway.inject("/f");
  await gateway.close();
  expect(body).toBe('{"data":4}\n');
  expect(headers["x-seen"]).toBe("yes");
});

test("who comes after may refuse; it is not called for what failed", async () => {
  const refused = await ask({ f: "return 1", after: "return nil, 'no'" }, { after: ["after"] });
  expect(refused).toMatchObject({ status: 400, body: '{"error":"no"}' });
  const failed = await ask(
    { f: "error('x')", after: "table.insert(shared, 'after')" },
    { after: ["after"] },
  );
  expect(failed).toMatchObject({ status: 500, called: [] });
});

test("each is a step of the request", async () => {
  const { spans } = await ask({ f: "return 1", a: "", b: "" }, { before: ["a"], after: ["b"] });
  const root = spans.at(-1);
  expect(spans.map(({ name, status }) => [name, status])).toEqual([
    ["a", 200],
    ["b", 200],
    ["f", 200],
  ]);
  expect(spans.slice(0, 2).map(({ parentId }) => parentId)).toEqual([root?.id, root?.id]);
});

test.each([
  ["befor", list("auth"), "has the unknown field 'befor'"],
  ["before", 7, "has no function name in 'before'"],
  ["after", new LuaTable(), "has no function name in 'after'"],
  ["before", list("a", 1), "has no function name in 'before'"],
])("a row with a wrong hook is refused: %s", async (field, value, problem) => {
  const { state } = await openLuaGateway({ f: F });
  const row = list("GET", "/f", "f");
  row.setString(field, value);
  state.loaded.setString("gateway", new LuaTable(undefined, [row]));
  await expect(
    createGateway({ state, mode: "development", internalToken: undefined }),
  ).rejects.toThrow(`row 1 ${problem}`);
});
