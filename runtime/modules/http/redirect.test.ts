/** Redirects: where they lead, what is sent there, and where they end. */
import { run, startServer, type TestServer } from "./server.testkit.ts";

let servers: TestServer[];

beforeEach(() => {
  servers = [];
});

afterEach(async () => {
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

/** Answers what it was asked, but redirects as paths of the form /302?to=URL say. */
const redirecting = () =>
  serve((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://server");
    const status = Number(pathname.slice(1));
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      if (status > 0) {
        response.writeHead(status, { Location: searchParams.get("to") ?? "" }).end("moved");
        return;
      }
      const { authorization = "-", cookie = "-", host = "-" } = request.headers;
      const type = request.headers["content-type"] ?? "-";
      const shown = [request.method, request.url, Buffer.concat(pieces).toString(), type];
      response.end([...shown, authorization, cookie, host].join(" "));
    });
  });

test("redirects are followed as browsers do", async () => {
  const server = await redirecting();
  const other = await redirecting();
  const source = `
    local function ask(status, method, to)
      local res = assert(http.request{method = method, url = url .. "/" .. status, query = {to = to},
        form = method ~= "HEAD" and {a = 1} or nil, headers = {Authorization = "secret", Cookie = "c=1"}})
      print(status, method, res.status, res.body)
    end
    ask(301, "POST", "/x") ask(302, "POST", "x?y#z") ask(303, "PUT", "/x") ask(307, "POST", "/x")
    ask(308, "PUT", "/x") ask(301, "PUT", "/x") ask(303, "HEAD", "/x") ask(302, "POST", "${other.url}/x")
    ask(307, "POST", "${other.url}/x") ask(304, "POST", "/x") ask(302, "POST", "//${place(other)}/x")`;
  const type = "application/x-www-form-urlencoded";
  const own = `secret c=1 ${place(server)}`;
  const none = `- - ${place(other)}`;
  expect(await run(source, server.url)).toEqual([
    `301 POST 200 GET /x  - ${own}`,
    `302 POST 200 GET /x?y  - ${own}`,
    `303 PUT 200 GET /x  - ${own}`,
    `307 POST 200 POST /x a=1 ${type} ${own}`,
    `308 PUT 200 PUT /x a=1 ${type} ${own}`,
    `301 PUT 200 PUT /x a=1 ${type} ${own}`,
    "303 HEAD 200 ",
    `302 POST 200 GET /x  - ${none}`,
    `307 POST 200 POST /x a=1 ${type} ${none}`,
    "304 POST 304 ",
    `302 POST 200 GET /x  - ${none}`,
  ]);
});

test.each([
  ["file:///etc/passwd", 'a redirect leads to "file:///etc/passwd"'],
  ["javascript:x", 'a redirect leads to "javascript:x"'],
  ["http://", 'a redirect leads to "http://"'],
])("redirects to %s lead nowhere", async (to, message) => {
  const server = await redirecting();
  const source = `print(http.get(url .. "/302", {query = {to = "${to}"}}))`;
  expect(await run(source, server.url)).toEqual([`nil ${message} redirect`]);
});

test("redirects take no credentials from where they come", async () => {
  const server = await redirecting();
  const to = server.url.replace("//", "//user:pass@");
  const source = `print(http.get(url .. "/302", {query = {to = "${to}/x"}}).body)`;
  expect(await run(source, server.url)).toEqual([`GET /x  - - - ${place(server)}`]);
});

test("redirects without a place to go are responses, and loops end", async () => {
  const server = await serve((request, response) => {
    const headers = request.url === "/loop" ? { Location: "/loop" } : {};
    response.writeHead(302, headers).end("body");
  });
  const source = `
    print(http.get(url).status, http.get(url).body)
    print(http.get(url .. "/loop"))
    print(http.get(url .. "/loop", {redirects = 1}))
    print(http.get(url .. "/loop", {redirects = false}).body)`;
  expect(await run(source, server.url)).toEqual([
    "302 body",
    "nil more than 5 redirects redirect",
    "nil more than 1 redirects redirect",
    "body",
  ]);
  // All over one connection, in each of the two runs.
  expect(server.connectionCount()).toBe(2);
});

test("redirects with an endless body are followed all the same", async () => {
  const server = await serve((request, response) => {
    if (request.url === "/x") response.end("arrived");
    else response.writeHead(302, { Location: "/x" }).write("x".repeat(1_000_000));
  });
  expect(await run("print(http.get(url).body)", server.url)).toEqual(["arrived"]);
});
