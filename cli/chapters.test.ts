/**
 * The chapters of the original's README: Functions, Exposing Functions to the Public, Error handling,
 * Libraries Search Path. Its snippets are the functions of the project `chapters`, with the slips of
 * its text mended (`params` for `args`, a missing `return G`, 143 for the 43 that flow.call gives).
 */
import { resolve } from "node:path";
import { createTestCli, waitFor, type TestCli } from "./context.testkit.ts";

const CHAPTERS = resolve(__dirname, "../fixtures/projects/chapters");

let cli: TestCli;
let url: string;
let ended: Promise<number>;

beforeAll(async () => {
  cli = createTestCli();
  ended = cli.run("dev", CHAPTERS, "--port", "0");
  await waitFor(
    () => cli.out.includes("serving on"),
    () => cli.out + cli.err,
  );
  url = /http:\/\/localhost:\d+/.exec(cli.out)?.[0] ?? "";
});

afterAll(async () => {
  cli.interrupt();
  await ended;
  cli.dispose();
});

async function ask(method: string, path: string, body?: object): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  const init = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
  const response = await fetch(url + path, init);
  return { status: response.status, reply: await response.json() };
}

test.each([
  ["GET", "/hello", "Hello from Spacer!"],
  ["GET", "/foo", 143],
  ["GET", "/flow", 43],
  ["GET", "/search_path", ["models/foo", "models/foo", "a library"]],
])("%s %s", async (method, path, data) => {
  expect(await ask(method, path)).toEqual({ status: 200, reply: { data } });
});

test.each([
  ["GET", "/users?page=2", "controllers/users/get", { page: "2" }],
  ["PUT", "/users/7", "controllers/users/put", { id: "7", name: "Ada" }],
  ["POST", "/teams", "create_teams", { name: "Ada" }],
  ["GET", "/teams/7", "get_team", { id: "7" }],
  ["PUT", "/teams/7?name=query", "put_team", { id: "7", name: "query" }],
  ["DELETE", "/teams/7", "delete_team", { id: "7" }],
])("%s %s calls %s", async (method, path, called, args) => {
  const body = method === "PUT" || method === "POST" ? { name: "Ada" } : undefined;
  expect(await ask(method, path, body)).toEqual({ status: 200, reply: { data: { called, args } } });
});

test("an error of the caller", async () => {
  const reply = { error: "invalid password" };
  expect(await ask("POST", "/register", {})).toEqual({ status: 400, reply });
});

test("an unexpected exception", async () => {
  expect(await ask("GET", "/connect")).toMatchObject({
    status: 500,
    reply: {
      error: "app/connect.lua:6: unable to connect to DB",
      file: "app/connect.lua",
      line: 6,
    },
  });
});

test("its tests pass", async () => {
  const tests = createTestCli();
  try {
    expect(await tests.run("test", CHAPTERS)).toBe(0);
    expect(tests.out).toContain("# 2 files, 3 tests, 0 failures\n");
  } finally {
    tests.dispose();
  }
}, 30_000);
