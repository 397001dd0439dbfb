/** Published files, as clients get them over a socket. */
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Span } from "../../core/span.ts";
import { closeAll, openLuaGateway } from "../own/luaGateway.testkit.ts";
import {
  CSS,
  HOST,
  MODIFIED,
  NOT_FOUND,
  ask,
  brief,
  folderWith,
  publish,
  usePublished,
  write,
} from "./published.testkit.ts";

const published = usePublished();

test("a file comes with its type, its date and a tag", async () => {
  write("style.css", CSS);
  await publish([{ maxAgeMs: 3600_000 }]);
  const { status, headers, body } = await ask("/assets/style.css");
  expect([status, body]).toEqual([200, CSS]);
  expect(headers).toMatchObject({
    "content-type": "text/css; charset=utf-8",
    "content-length": String(CSS.length),
    "cache-control": "public, max-age=3600",
    "last-modified": MODIFIED.toUTCString(),
    "accept-ranges": "bytes",
    "x-content-type-options": "nosniff",
  });
  expect(headers["x-spacer-trace-id"]).toMatch(/./);
  expect(headers.etag).toMatch(/^(?:W\/)?"[^"]+"$/);
});

test("types: none known, text, images", async () => {
  for (const name of ["a", "a.txt", "a.svg", "a.wasm", "a.mjs"]) write(name, "x");
  await publish();
  const typeOf = async (name: string) => (await ask(`/assets/${name}`)).headers["content-type"];
  expect(await typeOf("a")).toBe("application/octet-stream");
  expect(await typeOf("a.txt")).toBe("text/plain; charset=utf-8");
  expect(await typeOf("a.svg")).toBe("image/svg+xml");
  expect(await typeOf("a.wasm")).toBe("application/wasm");
  expect(await typeOf("a.mjs")).toMatch(/javascript/);
});

test("who has the file already gets 304", async () => {
  write("style.css", CSS);
  await publish();
  const { headers } = await ask("/assets/style.css");
  const known = await ask("/assets/style.css", { "if-none-match": headers.etag });
  expect([known.status, known.body, known.headers.etag]).toEqual([304, "", headers.etag]);
  expect(known.headers["content-type"]).toBeUndefined();
  const since = { "if-modified-since": MODIFIED.toUTCString() };
  expect((await ask("/assets/style.css", since)).status).toBe(304);
  const before = { "if-modified-since": new Date(MODIFIED.getTime() - 1000).toUTCString() };
  expect((await ask("/assets/style.css", before)).status).toBe(200);
  expect(await brief("/assets/style.css", { "if-match": '"other"' })).toBe(
    '412 {"error":"the file is not the one that was asked for"}\n',
  );
});

test("ranges", async () => {
  write("digits", "0123456789");
  await publish();
  const part = await ask("/assets/digits", { range: "bytes=2-4" });
  expect([part.status, part.body]).toEqual([206, "234"]);
  expect(part.headers).toMatchObject({ "content-range": "bytes 2-4/10", "content-length": "3" });
  expect(await brief("/assets/digits", { range: "bytes=-3" })).toBe("206 789");
  expect(await brief("/assets/digits", { range: "bytes=7-" })).toBe("206 789");
  // Several parts, and what is no range: all of it.
  expect(await brief("/assets/digits", { range: "bytes=0-1,3-4" })).toBe("200 0123456789");
  expect(await brief("/assets/digits", { range: "lines=1" })).toBe("200 0123456789");
  const none = await ask("/assets/digits", { range: "bytes=10-" });
  expect([none.status, none.headers["content-range"]]).toEqual([416, "bytes */10"]);
  expect(none.headers["content-type"]).toBe("application/json");
  const stale = { range: "bytes=2-4", "if-range": '"other"' };
  expect(await brief("/assets/digits", stale)).toBe("200 0123456789");
});

test("HEAD tells of a file without sending it; other methods find none", async () => {
  write("style.css", CSS);
  write("empty", "");
  await publish();
  const { status, headers, body } = await ask("/assets/style.css", {}, "HEAD");
  expect([status, headers["content-length"], body]).toEqual([200, String(CSS.length), ""]);
  expect(await brief("/assets/empty")).toBe("200 ");
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    expect(await brief("/assets/style.css", {}, method)).toBe(NOT_FOUND);
  }
});

test("a folder is its index.html", async () => {
  write("index.html", "home");
  write("docs/index.html", "docs");
  write("empty/x", "");
  await publish([{ path: "/" }]);
  expect(await brief("/")).toBe("200 home");
  expect(await brief("/docs/")).toBe("200 docs");
  const moved = await ask("/docs?a=1");
  expect([moved.status, moved.headers.location]).toEqual([301, "/docs/?a=1"]);
  expect(await brief("/empty/")).toBe(NOT_FOUND);
  expect(await brief("/docs/index.html/")).toBe(NOT_FOUND);
});

test("names are decoded once", async () => {
  write("a b.txt", "space");
  write("größe.txt", "size");
  write("100%.txt", "percent");
  write("a%20b.txt", "encoded");
  write("#?.txt", "signs");
  await publish();
  expect(await brief("/assets/a%20b.txt")).toBe("200 space");
  expect(await brief("/assets/gr%C3%B6%C3%9fe.txt")).toBe("200 size");
  expect(await brief("/assets/100%25.txt")).toBe("200 percent");
  expect(await brief("/assets/a%2520b.txt")).toBe("200 encoded");
  expect(await brief("/assets/%23%3F.txt")).toBe("200 signs");
});

test("the folder may be behind a link, and another one later", async () => {
  write("a", "first");
  renameSync(published.dir, join(published.folder, "first"));
  write("a", "second");
  renameSync(published.dir, join(published.folder, "second"));
  symlinkSync("first", published.dir);
  await publish();
  expect(await brief("/assets/a")).toBe("200 first");
  rmSync(published.dir);
  symlinkSync("second", published.dir);
  expect(await brief("/assets/a")).toBe("200 second");
});

test("routes come first, also one with a wildcard", async () => {
  write("style.css", CSS);
  write("hello", "file");
  write("rest/a", "file");
  write("rest/index.html", "index");
  await publish([{ path: "/" }], {
    rows: [
      ["GET", "/hello", "hello"],
      ["GET", "/rest/*rest", "hello"],
      ["POST", "/style.css", "hello"],
    ],
  });
  expect(await brief("/hello")).toBe('200 {"data":"hello"}\n');
  expect(await brief("/rest/a")).toBe('200 {"data":"hello"}\n');
  // Which needs something to stand for.
  expect(await brief("/rest/")).toBe("200 index");
  expect(await brief("/style.css")).toBe(`200 ${CSS}`);
  expect(await brief("/style.css", {}, "POST")).toBe('200 {"data":"hello"}\n');
  expect(await brief("/none")).toBe(NOT_FOUND);
});

test("of several folders the nearest has the word, then the others", async () => {
  write("a", "outer");
  write("assets/a", "outer");
  write("assets/b", "outer");
  const inner = join(published.folder, "inner");
  mkdirSync(inner);
  writeFileSync(join(inner, "a"), "inner");
  await publish([{ path: "/" }, { path: "/assets", dir: inner }]);
  expect(await brief("/a")).toBe("200 outer");
  expect(await brief("/assets/a")).toBe("200 inner");
  expect(await brief("/assets/b")).toBe("200 outer");
});

describe("precompressed files", () => {
  const js = "export const answer = 42;\n".repeat(50);

  beforeEach(async () => {
    write("app.js", js);
    write("app.js.br", brotliCompressSync(js));
    write("app.js.gz", gzipSync(js));
    write("index.html.gz", gzipSync("home"));
    write("index.html", "home");
    write("plain.txt", "plain");
    await publish([{ isPrecompressed: true }]);
  });

  const codingOf = async (accepted: string | undefined, path = "/assets/app.js") => {
    const headers = accepted === undefined ? {} : { "accept-encoding": accepted };
    const answer = await ask(path, headers);
    expect(answer.headers.vary).toBe("Accept-Encoding");
    return answer.headers["content-encoding"];
  };

  test("are sent to who takes them", async () => {
    expect(await codingOf("gzip, deflate, br")).toBe("br");
    expect(await codingOf("gzip")).toBe("gzip");
    expect(await codingOf("br;q=0.5, gzip")).toBe("gzip");
    expect(await codingOf("*")).toBe("br");
    expect(await codingOf("*, br;q=0")).toBe("gzip");
    expect(await codingOf("br;q=0, gzip;q=0")).toBeUndefined();
    expect(await codingOf("brotli")).toBeUndefined();
    expect(await codingOf("")).toBeUndefined();
    expect(await codingOf(undefined)).toBeUndefined();
    expect(await codingOf("br", "/assets/plain.txt")).toBeUndefined();
    expect(await codingOf("br, gzip", "/assets/")).toBe("gzip");
  });

  test("have the type of what they stand for, and a tag of their own", async () => {
    const plain = await ask("/assets/app.js");
    const small = await ask("/assets/app.js", { "accept-encoding": "br" });
    expect(small.headers["content-type"]).toBe(plain.headers["content-type"]);
    expect(small.headers.etag).not.toBe(plain.headers.etag);
    expect(Buffer.from(small.body, "latin1")).toEqual(brotliCompressSync(js));
    const known = { "accept-encoding": "br", "if-none-match": small.headers.etag };
    const again = await ask("/assets/app.js", known);
    expect([again.status, again.headers["content-encoding"]]).toEqual([304, undefined]);
  });

  test("browsers undo it", async () => {
    const url = `http://${HOST}:${String(published.server.address.port)}/assets/app.js`;
    expect(await (await fetch(url)).text()).toBe(js);
  });
});

test("pages that are not there get the fallback, and nothing else does", async () => {
  write("index.html", "app");
  write("a.css", CSS);
  await publish([{ path: "/", fallback: "index.html" }], { rows: [["GET", "/api", "hello"]] });
  const page = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
  expect(await brief("/orders/42", page)).toBe("200 app");
  expect(await brief("/a.css", page)).toBe(`200 ${CSS}`);
  expect(await brief("/api", page)).toBe('200 {"data":"hello"}\n');
  expect(await brief("/orders/42")).toBe(NOT_FOUND);
  expect(await brief("/orders/42", { accept: "*/*" })).toBe(NOT_FOUND);
  expect(await brief("/orders/42", page, "POST")).toBe(NOT_FOUND);
});

test("pages of other origins get what the rules say, and caches hear of both differences", async () => {
  write("style.css", CSS);
  const cors = {
    origins: ["https://shop.example"],
    methods: ["GET"],
    headers: undefined,
    credentials: false,
    maxAgeSeconds: undefined,
  };
  await publish([{ isPrecompressed: true }], { cors });
  const { headers } = await ask("/assets/style.css", { origin: "https://shop.example" });
  expect(headers["access-control-allow-origin"]).toBe("https://shop.example");
  expect(headers.vary).toBe("Origin, Accept-Encoding");
});

test("each reply is logged when it is out, with the bytes of it", async () => {
  write("style.css", CSS);
  const spans: Span[] = [];
  await publish([{}], { onSpan: (span) => spans.push(span) });
  await ask("/assets/style.css");
  await ask("/assets/style.css", {}, "HEAD");
  await ask("/assets/style.css", { range: "bytes=0-2" });
  await ask("/assets/none");
  await ask("/assets/style.css", { "if-modified-since": MODIFIED.toUTCString() });
  const route = "/assets/*";
  expect(published.entries).toMatchObject([
    { status: 200, path: "/assets/style.css", route },
    { status: 200, method: "HEAD", route },
    { status: 206, route },
    { status: 404, path: "/assets/none" },
    { status: 304, route },
  ]);
  expect(published.entries[3]?.route).toBeUndefined();
  expect(spans.map(({ sizeBytes }) => sizeBytes)).toEqual([CSS.length, 0, 3, 22, 0]);
});

test("functions get files too", async () => {
  write("style.css", CSS);
  write("large", Buffer.alloc(200_000, "x"));
  const lua = await openLuaGateway(
    {
      f: `local style, large = ngx.location.capture_multi({{"/assets/style.css"}, {"/assets/large"}})
          return {style.status, style.body, style.header.content_type, #large.body, large.truncated}`,
    },
    { staticFolders: [folderWith({})] },
  );
  const reply = await lua.gateway.inject("/f");
  expect(reply.json()).toEqual({ data: [200, CSS, "text/css; charset=utf-8", 200_000, false] });
  expect(lua.entries.map(({ path, status }) => `${String(status)} ${path}`).sort()).toEqual([
    "200 /assets/large",
    "200 /assets/style.css",
    "200 /f",
  ]);
  await closeAll();
});
