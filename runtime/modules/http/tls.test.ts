/** HTTPS: who is trusted, and with what. */
import type { TLSSocket } from "node:tls";
import { createAuthority } from "./certificate.testkit.ts";
import {
  eventually,
  run,
  startSecureServer,
  TestClient,
  type TestServer,
} from "./server.testkit.ts";

const authority = createAuthority();
const stranger = createAuthority();
const own = authority.issue({ names: ["localhost", "service.example"] });

let server: TestServer;

beforeAll(async () => {
  const options = { ...own, ca: authority.cert, requestCert: true, rejectUnauthorized: false };
  server = await startSecureServer(options, (request, response) => {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- the server is one of TLS
    const socket = request.socket as TLSSocket;
    const { subject } = socket.getPeerCertificate() as { subject?: { CN: string } };
    response.end(
      [
        socket.servername === false ? "-" : socket.servername,
        subject?.CN ?? "nobody",
        String(socket.isSessionReused()),
      ].join(" "),
    );
  });
});

afterAll(() => server.close());

/** What `http.get` gives with these options. */
async function get(options: string, ...values: string[]): Promise<string> {
  const source = `
    local _, ca, cert, key = ...
    local res, message, kind = http.get(url, ${options})
    print(res and res.body or message, kind)`;
  const [line = ""] = await run(source, server.url, ...values);
  return line.replaceAll(server.url.replace("https://", ""), "SERVER");
}

test("an authority that nobody knows is not trusted", async () => {
  expect(await get("{}")).toMatch(/^SERVER: certificate not accepted: .* tls$/);
  expect(await get("{ca = ca}", stranger.cert)).toMatch(
    /^SERVER: certificate not accepted: .* tls$/,
  );
});

test("unless a program says so, or does not want to know", async () => {
  expect(await get("{ca = ca}", authority.cert)).toBe("- nobody false nil");
  expect(await get("{ca = ca}", stranger.cert + authority.cert)).toBe("- nobody false nil");
  expect(await get("{verify = false}")).toBe("- nobody false nil");
});

test("a certificate must be for the host", async () => {
  const other = await startSecureServer(
    authority.issue({ names: ["else.example"] }),
    (_request, response) => {
      response.end("x");
    },
  );
  try {
    const source = `
      local _, ca = ...
      local at = url:gsub("127.0.0.1", "localhost")
      print(http.get(at, {ca = ca}))
      print(http.get(at, {ca = ca, serverName = "else.example"}).body)
      print(http.get(at, {verify = false}).body)`;
    const lines = await run(source, other.url, authority.cert);
    expect(lines[0]).toMatch(
      /^nil localhost:\d+: certificate not accepted: .*does not match.* tls$/,
    );
    expect(lines.slice(1)).toEqual(["x", "x"]);
  } finally {
    await other.close();
  }
});

test("nor be too old", async () => {
  const other = await startSecureServer(authority.issue({ days: -1 }), (_request, response) => {
    response.end("x");
  });
  try {
    const source = `local _, ca = ... print(http.get(url, {ca = ca}))`;
    const [line] = await run(source, other.url, authority.cert);
    expect(line).toMatch(/certificate not accepted: certificate has expired tls$/);
  } finally {
    await other.close();
  }
});

test("the server's name is sent, and who asks may show who that is", async () => {
  const { cert, key } = authority.issue({ names: ["a caller"] });
  expect(await get('{ca = ca, serverName = "service.example"}', authority.cert)).toBe(
    "service.example nobody false nil",
  );
  expect(await get("{ca = ca, cert = cert, key = key}", authority.cert, cert, key)).toBe(
    "- a caller false nil",
  );
  const mixed = get("{ca = ca, cert = cert, key = key}", authority.cert, cert, stranger.key);
  await expect(mixed).rejects.toThrow();
});

test("a redirect to another origin gets no certificate", async () => {
  const redirecting = await startSecureServer({ ...own }, (_request, response) => {
    response.writeHead(302, { Location: server.url }).end();
  });
  try {
    const { cert, key } = authority.issue({ names: ["a caller"] });
    const source = `
      local _, ca, cert, key = ...
      print(http.get(url, {ca = ca, cert = cert, key = key}).body)`;
    expect(await run(source, redirecting.url, authority.cert, cert, key)).toEqual([
      "- nobody false",
    ]);
  } finally {
    await redirecting.close();
  }
});

test("connections are shared by those only who trust the same", async () => {
  const client = new TestClient();
  try {
    const before = server.connectionCount();
    const source = `
      local _, ca = ...
      for i = 1, 3 do assert(http.get(url, {ca = ca})) assert(http.get(url, {verify = false})) end
      print(http.get(url))`;
    const { lines } = await client.run(source, [server.url, authority.cert]);
    expect(lines[0]).toMatch(/tls$/);
    // The last one was not accepted.
    expect(server.connectionCount() - before).toBe(3);
  } finally {
    client.close();
  }
});

test("a later connection goes on with the session of an earlier one", async () => {
  const client = new TestClient();
  try {
    const source = `
      local _, ca = ...
      local options = {ca = ca, headers = {Connection = "close"}}
      print(http.get(url, options).body) ngx.sleep(0.05) print(http.get(url, options).body)`;
    const { lines } = await client.run(source, [server.url, authority.cert]);
    expect(lines).toEqual(["- nobody false", "- nobody true"]);
    await eventually(() => client.counts.open === 0);
  } finally {
    client.close();
  }
});

test("a server without TLS is told", async () => {
  const source = `print((select(3, http.get((url:gsub("https", "http"))))))`;
  expect(await run(source, server.url)).toEqual(["closed"]);
});
