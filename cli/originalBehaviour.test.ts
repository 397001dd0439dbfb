/**
 * What the original did, and what is mended of it (fixtures/http/behaviour.md), once more from outside, by clients that send bytes: to
 * `spacer dev`, `spacer start` and what `spacer build` makes, which all have to answer the same.
 */
import { connect } from "node:net";
import { createTestCli, type TestCli } from "./context.testkit.ts";
import { PROJECT, rowsFor, TOKEN } from "./originalBehaviour.testkit.ts";
import { buildBundle, serveBy } from "./ways.testkit.ts";

jest.setTimeout(120_000);

const ENV = { SPACER_INTERNAL_TOKEN: TOKEN, SPACER_GATEWAY_ADMIN: "false" };

let cli: TestCli;

beforeAll(async () => {
  cli = createTestCli();
  for (const [path, text] of Object.entries(PROJECT)) cli.write(path, text);
  await buildBundle(cli.cwd);
});

afterAll(() => {
  cli.dispose();
});

/** @returns All bytes of the reply. */
function send(port: number, request: string): Promise<string> {
  const [head = "", ...rest] = request.split("\n\n");
  const [line = "", ...headers] = head.split("\n");
  const body = rest.join("\n\n");
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
async function answer(port: number, request: string): Promise<string> {
  const reply = await send(port, request);
  const [head = "", body = ""] = reply.split("\r\n\r\n");
  if (!/^content-type: application\/json$/im.test(head)) return `no JSON: ${reply}`;
  return `${head.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length)} ${body.replace(/\n$/, "")}`;
}

test.each([
  // It is for development alone.
  ["dev", "development"],
  ["start", "development"],
  ["bundle", "development"],
  ["start", "production"],
  ["bundle", "production"],
] as const)("%s in %s", async (way, environment) => {
  const server = await serveBy(way, { root: cli.cwd, environment, env: ENV });
  try {
    const expected = rowsFor(environment, way === "bundle");
    const replies: [string, string][] = [];
    for (const [request, reply] of expected) {
      const answered = await answer(server.port, request);
      // What is no whole object tells how the reply begins.
      replies.push([request, reply.endsWith("}") ? answered : answered.slice(0, reply.length)]);
    }
    expect(replies).toEqual(expected);
  } finally {
    expect(await server.stop()).toBe(0);
  }
});

test("what is not there, or can't be compiled, is not built", async () => {
  const gateway = 'return {{"GET", "/missing", "missing"}, {"GET", "/syntax", "syntax"}}';
  cli.write("app/gateway.lua", gateway);
  await expect(buildBundle(cli.cwd)).rejects.toThrow(
    [
      "app/gateway.lua: there is no function 'missing'",
      "app/syntax.lua: <name> or '...' expected near '<eof>'",
    ].join("\n"),
  );
});
