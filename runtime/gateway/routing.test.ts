/** Fastify's router against a matcher of ten lines that tries every row. */
import { fastify } from "fastify";
import type { LuaFunction } from "../core/value.ts";
import { record } from "../core/table.testkit.ts";
import { createTestGateway, type Row } from "./gateway.testkit.ts";

/** Names the row that was taken, beside the arguments. */
function functionOf(row: number): LuaFunction {
  return (args) => record({ row, args });
}

/** Which row a path belongs to, and its parameters: the one with the most static start wins. */
function match(rows: readonly Row[], path: string) {
  const segments = path.split("/").filter((segment) => segment !== "");
  let best: { rank: string; row: number; args: Record<string, string> } | undefined;
  for (const [index, [, pattern]] of rows.entries()) {
    const parts = pattern.split("/").filter((part) => part !== "");
    const wild = parts.at(-1)?.startsWith("*") === true;
    if (wild ? segments.length < parts.length : segments.length !== parts.length) continue;
    const args: Record<string, string> = {};
    let rank = "";
    const fits = parts.every((part, place) => {
      rank += part.startsWith(":") ? "b" : part.startsWith("*") ? "c" : "a";
      if (part.startsWith(":")) args[part.slice(1)] = segments[place] ?? "";
      else if (part.startsWith("*")) args[part.slice(1)] = segments.slice(place).join("/");
      else return part === segments[place];
      return true;
    });
    if (fits && (best === undefined || rank < best.rank)) best = { rank, row: index + 1, args };
  }
  return best;
}

/** A small generator of repeatable numbers (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

test.each([1, 2, 3, 4])("routes as the plain matcher does (seed %i)", async (seed) => {
  const pick = random(seed);
  const words = ["a", "b", "ab", "a.b", "abc", "a-b"];
  const word = () => words[pick(words.length)] ?? "";
  const seen = new Set<string>();
  const rows: Row[] = [];
  for (let count = 0; count < 40; count++) {
    const length = pick(5);
    const parts = Array.from({ length }, (_, place) => {
      // Different names at one place: they belong to the row, not to the place.
      if (pick(3) === 0) return `:p${String(count)}_${String(place)}`;
      return place === length - 1 && pick(4) === 0 ? "*rest" : word();
    });
    const shape = parts.map((part) => part.replace(/^:.*/, ":")).join("/");
    if (!seen.has(shape)) rows.push(["GET", `/${parts.join("/")}`, `f${String(rows.length + 1)}`]);
    seen.add(shape);
  }
  const modules = Object.fromEntries(rows.map(([, , name], i) => [name, functionOf(i + 1)]));
  const gateway = await createTestGateway({ rows, modules });
  for (let count = 0; count < 250; count++) {
    const path = `/${Array.from({ length: pick(6) }, word).join(pick(5) === 0 ? "//" : "/")}`;
    const expected = match(rows, path);
    const { statusCode, body } = await gateway.inject(path);
    if (expected === undefined) expect([path, statusCode]).toEqual([path, 404]);
    else {
      const { row, args } = expected;
      expect([path, JSON.parse(body)]).toEqual([path, { data: { row, args } }]);
    }
  }
  await gateway.close();
});

test("a literal path is never a pattern of Fastify's router", async () => {
  const paths = ["/a(b)", "/a?b".replace("?", "%3F"), "/a:b", "/a*b", "/a-:b", "/::a", "/(^x$)"];
  const written = ["/a(b)", "/a*b", "/a:b", "/a-:b", "/(^x$)"];
  const rows = written.map((path, i): Row => ["GET", path, `f${String(i + 1)}`]);
  const modules = Object.fromEntries(rows.map(([, , name], i) => [name, functionOf(i + 1)]));
  const gateway = await createTestGateway({ rows, modules });
  const rowOf = async (path: string) => {
    const { body } = await gateway.inject(path);
    return (JSON.parse(body) as { data?: { row: number } }).data?.row;
  };
  expect(await Promise.all(paths.map(rowOf))).toEqual([1, undefined, 3, 2, 4, undefined, 5]);
  expect(await rowOf("/axb")).toBeUndefined();
  await gateway.close();
});

test("why routing paths: Fastify's router alone decodes paths as UTF-8", async () => {
  const app = fastify();
  app.get("/:id", (request) => request.params);
  const idOf = async (url: string) => (await app.inject(url)).json<{ id?: string }>().id;
  expect(await idOf("/%FF")).toBeUndefined();
  expect(await idOf("/%C3%A9")).toBe("\u00e9");
  await app.close();
});

test("the root is not a parameter that stands for nothing", async () => {
  const gateway = await createTestGateway({
    rows: [["GET", "/:id", "a"]],
    modules: { a: functionOf(1) },
  });
  expect((await gateway.inject("/")).statusCode).toBe(404);
  expect((await gateway.inject("/x")).json()).toEqual({ data: { row: 1, args: { id: "x" } } });
  await gateway.close();
});
