/** Requests are steps of a trace. */
import { Span, type Trace } from "../../core/span.ts";
import { startServer, TestClient, type TestServer } from "./server.testkit.ts";

let client: TestClient;
let servers: TestServer[];

beforeEach(() => {
  client = new TestClient();
  servers = [];
});

afterEach(async () => {
  client.close();
  await Promise.all(servers.map((server) => server.close()));
});

async function serve(...args: Parameters<typeof startServer>): Promise<TestServer> {
  const server = await startServer(...args);
  servers.push(server);
  return server;
}

function place({ url }: TestServer): string {
  return url.replace("http://", "");
}

function parent(): { span: Span; told: Span[] } {
  const told: Span[] = [];
  const trace: Trace = {
    id: "0af7651916cd43dd8448eb211c80319c",
    isSampled: true,
    vendorState: undefined,
    client: undefined,
    takeSpan: (span) => told.push(span),
  };
  const subject = { method: "GET", path: "/", name: "caller" };
  return {
    span: new Span(trace, undefined, "b7ad6b7169203331", subject, performance.now()),
    told,
  };
}

test("traces go on at the other side, and each request is a step", async () => {
  const seen: unknown[] = [];
  const server = await serve((request, response) => {
    const { "x-spacer-trace-id": trace, "x-spacer-span-id": id, traceparent } = request.headers;
    seen.push([trace, id, traceparent]);
    if (request.url?.startsWith("/moved") === true)
      response.writeHead(302, { Location: "/a?secret=2" });
    response.end("four");
  });
  const { span, told } = parent();
  const source = `
    http.get(url:gsub("//", "//user:password@") .. "/moved?secret=1")
    http.get(url .. "/b", {stream = true}):read("*a")
    http.get("http://127.0.0.1:1/c")
    http.get(url, {headers = {traceparent = "mine"}})`;
  await client.run(source, [server.url], { span });
  expect(
    told.map(({ method, path, name, status, sizeBytes, parentId }) => [
      method,
      path,
      name,
      status,
      sizeBytes,
      parentId,
    ]),
  ).toEqual([
    ["GET", "/moved", place(server), 302, 0, span.id],
    ["GET", "/a", place(server), 200, 4, span.id],
    ["GET", "/b", place(server), 200, 4, span.id],
    ["GET", "/c", "127.0.0.1:1", 502, 0, span.id],
    ["GET", "/", place(server), 200, 4, span.id],
  ]);
  expect(seen.slice(0, 3)).toEqual(
    told.slice(0, 3).map(({ id }) => [span.trace.id, id, `00-${span.trace.id}-${id}-01`]),
  );
  expect(seen[3]).toEqual([span.trace.id, told[4]?.id, "mine"]);
});

test("traces tell what became of those that did not end", async () => {
  const server = await serve((_request, response) => {
    response.write("x");
  });
  const { span, told } = parent();
  const source = `
    http.get(url .. "/time", {timeout = 0.5})
    http.get(url .. "/closed", {stream = true}):close()
    http.get(url .. "/left", {stream = true}):read(1)`;
  await client.run(source, [server.url], { span });
  expect(told.map(({ path, status, sizeBytes }) => [path, status, sizeBytes])).toEqual([
    ["/time", 504, 1],
    ["/closed", 499, 1],
    ["/left", 499, 1],
  ]);
});

test("a replay that is to change nothing only asks", async () => {
  const methods: (string | undefined)[] = [];
  const server = await serve((request, response) => {
    methods.push(request.method);
    response.end("x");
  });
  const source = `
    print(http.get(url).body, http.head(url).status)
    print(http.post(url, {json = {}}))
    print(http.post(url, {body = function() error("is not called") end}))
    print(require("resty.http").new():request_uri(url, {method = "DELETE"}))`;
  const { lines } = await client.run(source, [server.url], { isHeldBack: true });
  const held = "nil not sent: this replay is to change nothing";
  expect(lines).toEqual(["x 200", `${held} held`, `${held} held`, held]);
  expect(methods).toEqual(["GET", "HEAD"]);
});
