/** What is no published file, however clients ask for it, and files that change under the hands of who sends them. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import type { Span } from "../../core/span.ts";
import {
  CSS,
  HOST,
  NOT_FOUND,
  ask,
  brief,
  publish,
  usePublished,
  write,
} from "./published.testkit.ts";

const published = usePublished();

test("the address of a folder never is one of another host", async () => {
  write("x.example/index.html", "x");
  await publish([{ path: "/" }]);
  for (const path of ["//x.example", "/%2e//x.example", "/a/..//x.example", "//x.example?//y"]) {
    expect((await ask(path)).headers.location).toMatch(/^\/x\.example\/(?:\?|$)/);
  }
});

test("nothing outside of the folder can be reached", async () => {
  write("style.css", CSS);
  writeFileSync(join(published.folder, "secret"), "secret");
  mkdirSync(join(published.folder, "public-not"));
  writeFileSync(join(published.folder, "public-not/secret"), "secret");
  await publish();
  for (const path of [
    "/assets/../secret",
    "/assets/%2e%2e/secret",
    "/assets/..%2fsecret",
    "/assets/%2e%2e%2fsecret",
    "/assets/..%5csecret",
    "/assets/..\\secret",
    "/assets/%252e%252e/secret",
    "/assets/....//secret",
    "/assets/x/../../secret",
    "/assets/style.css%00",
    "/assets/%00/../style.css%00.txt",
    "/assets//secret",
    `/assets/${encodeURIComponent(join(published.folder, "secret"))}`,
    `/assets/${join(published.folder, "secret")}`,
    "/assets/..%2fpublic-not%2fsecret",
    "/assets/%c0%ae%c0%ae/secret",
    "/assets/%ff",
    "/assets-not/style.css",
    "/assetsstyle.css",
    `/assets/${"x".repeat(5000)}`,
  ]) {
    expect([path, await brief(path)]).toEqual([path, NOT_FOUND]);
  }
  expect(await brief("/assets/../../secret")).toBe('400 {"error":"malformed path"}\n');
  expect(await brief("/assets/x/../style.css")).toBe(`200 ${CSS}`);
});

test("names with a dot in front are none, but for .well-known at the top", async () => {
  for (const name of [".env", ".git/config", "a/.htaccess", ".well-known/acme", "a/.well-known/x"])
    write(name, "x");
  await publish([{ path: "/" }]);
  for (const path of [
    "/.env",
    "/.git/config",
    "/%2egit/config",
    "/a/.htaccess",
    "/a/.well-known/x",
  ])
    expect([path, await brief(path)]).toEqual([path, NOT_FOUND]);
  expect(await brief("/.well-known/acme")).toBe("200 x");
});

test("links that lead out of the folder are none", async () => {
  write("real/a.txt", "a");
  writeFileSync(join(published.folder, "secret"), "secret");
  mkdirSync(join(published.folder, "outside"));
  writeFileSync(join(published.folder, "outside/index.html"), "secret");
  symlinkSync(join(published.folder, "secret"), join(published.dir, "file"));
  symlinkSync(join(published.folder, "outside"), join(published.dir, "folder"));
  symlinkSync(published.folder, join(published.dir, "up"));
  symlinkSync("loop", join(published.dir, "loop"));
  symlinkSync("nowhere", join(published.dir, "nowhere"));
  symlinkSync("real/a.txt", join(published.dir, "inside"));
  await publish();
  for (const name of [
    "file",
    "folder",
    "folder/",
    "folder/index.html",
    "up/secret",
    "loop",
    "nowhere",
  ])
    expect([name, await brief(`/assets/${name}`)]).toEqual([name, NOT_FOUND]);
  expect(await brief("/assets/inside")).toBe("200 a");
});

test("a pipe is no file", async () => {
  mkdirSync(published.dir);
  execFileSync("mkfifo", [join(published.dir, "pipe")]);
  await publish();
  expect(await brief("/assets/pipe")).toBe(NOT_FOUND);
});

const isRoot = process.getuid?.() === 0;
(isRoot ? test.skip : test)("a file that may not be read is forbidden", async () => {
  write("closed", "x");
  chmodSync(join(published.dir, "closed"), 0o000);
  await publish();
  for (const method of ["GET", "HEAD"]) {
    expect((await ask("/assets/closed", {}, method)).status).toBe(403);
  }
});

/** More than sockets hold. */
const LARGE_BYTES = 30_000_000;

/** Asks twice on one connection, and does something as soon as there is a part of the first reply. */
function askTwice(path: string, onReply: (end: () => void) => void): Promise<number> {
  return new Promise((resolve) => {
    const line = `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
    const socket = connect(published.server.address.port, HOST, () => socket.write(line + line));
    let sizeBytes = 0;
    socket.once("data", () => {
      socket.pause();
      onReply(() => socket.destroy());
      setTimeout(() => socket.resume(), 100);
    });
    socket.on("data", (piece) => (sizeBytes += piece.length));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      resolve(sizeBytes);
    });
  });
}

test("a file that becomes shorter while it is sent ends the connection", async () => {
  write("large", Buffer.alloc(LARGE_BYTES));
  await publish();
  // Else the second reply would be taken for the rest of the first one.
  const sizeBytes = await askTwice("/assets/large", () => {
    truncateSync(join(published.dir, "large"), 1000);
  });
  expect(sizeBytes).toBeLessThan(LARGE_BYTES);
});

test("a file that is written and removed while it is looked for is there, or not", async () => {
  await publish();
  const over = new AbortController();
  const removed = (async () => {
    while (!over.signal.aborted) {
      write("now", "x");
      await new Promise((later) => setTimeout(later, Math.random() * 3));
      unlinkSync(join(published.dir, "now"));
      await new Promise((later) => setImmediate(later));
    }
  })();
  const found = new Set<string>();
  for (let count = 0; count < 300; count++) found.add(await brief("/assets/now"));
  over.abort();
  await removed;
  // When it is there already, but nothing in it.
  found.delete("200 ");
  // Neither an answer of another kind, nor a bug (published.testkit.ts).
  expect([...found].sort()).toEqual(["200 x", NOT_FOUND]);
});

// Where the system has files that say they are empty, and are not.
(existsSync("/proc/self/status") ? test : test.skip)(
  "of an empty file nothing is read",
  async () => {
    await publish([{ dir: "/proc/self" }]);
    expect(await brief("/assets/status")).toBe("200 ");
  },
);

test("who goes away in the middle is logged with what was read, and the file is closed", async () => {
  write("large", Buffer.alloc(LARGE_BYTES));
  const spans: Span[] = [];
  await publish([{}], { onSpan: (span) => spans.push(span) });
  await askTwice("/assets/large", (end) => {
    end();
  });
  while (spans.length === 0 || isOpen("large")) await new Promise((again) => setTimeout(again, 10));
  // Nobody has begun with the second one.
  expect(spans.map(({ status }) => status)).toEqual([200]);
  expect(spans[0]?.sizeBytes).toBeLessThan(LARGE_BYTES);
});

test("who goes away at once harms nobody", async () => {
  write("large", Buffer.alloc(LARGE_BYTES));
  await publish();
  for (let count = 0; count < 30; count++) {
    const socket = connect(published.server.address.port, HOST);
    socket.on("error", () => undefined);
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.write("GET /assets/large HTTP/1.1\r\nHost: x\r\n\r\n");
    await new Promise((resolve) => setTimeout(resolve, count % 4));
    socket.destroy();
  }
  const isOver = async () => (await brief("/assets/none")) === NOT_FOUND && !isOpen("large");
  while (!(await isOver())) await new Promise((again) => setTimeout(again, 10));
  const large = published.entries.filter(({ path }) => path === "/assets/large");
  expect(large.length).toBeLessThanOrEqual(30);
});

test("a thousand requests at once open one file at a time, and all are answered", async () => {
  write("part", Buffer.alloc(20_000));
  await publish();
  const count = 1000;
  const line = "GET /assets/part HTTP/1.1\r\nHost: x\r\n\r\n";
  let sizeBytes = 0;
  let mostOpen = 0;
  const socket = connect(published.server.address.port, HOST, () => {
    socket.write(
      line.repeat(count - 1) + line.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"),
    );
  });
  socket.on("data", (piece) => {
    sizeBytes += piece.length;
    const open = openFiles().filter((file) => file.endsWith("/part")).length;
    mostOpen = Math.max(mostOpen, open);
  });
  await new Promise((resolve) => socket.once("close", resolve));
  expect(sizeBytes).toBeGreaterThan(count * 20_000);
  // Requests of the tests before may end only now.
  const entries = published.entries.filter(({ path }) => path === "/assets/part");
  expect(entries.map(({ status }) => status)).toEqual(Array(count).fill(200));
  // One that is closed may still be on its way out.
  expect(mostOpen).toBeLessThanOrEqual(3);
});

function isOpen(name: string): boolean {
  return openFiles().some((file) => file.endsWith(`/${name}`));
}

/** Of this process; nothing where the system does not tell. */
function openFiles(): string[] {
  const links = "/proc/self/fd";
  if (!existsSync(links)) return [];
  return readdirSync(links).flatMap((name) => {
    try {
      return [readlinkSync(join(links, name))];
    } catch {
      return [];
    }
  });
}
