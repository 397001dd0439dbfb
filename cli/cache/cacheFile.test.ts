import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCacheFile, writeCacheFile } from "./cacheFile.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spacer-cache-"));
  file = join(folder, "a/b/file");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const PARTS = new Map([
  ["first", Buffer.from("abc")],
  ["empty", Buffer.from("")],
  ["w\u00f6rds", Buffer.from(Array.from({ length: 1001 }, (_, index) => index % 251))],
]);

function readAll(key = "key \u00e4"): unknown {
  const parts = readCacheFile(file, key);
  return parts && Object.fromEntries([...PARTS.keys()].map((name) => [name, parts.get(name)]));
}

test("what was written is read, at multiples of 8", () => {
  expect(writeCacheFile(file, "key \u00e4", PARTS)).toBe(true);
  expect(readAll()).toEqual(Object.fromEntries(PARTS));
  expect((readCacheFile(file, "key \u00e4")?.get("w\u00f6rds")?.byteOffset ?? 1) % 8).toBe(0);
  expect(readdirSync(join(folder, "a/b"))).toEqual(["file"]);
  // Another one takes its place.
  expect(writeCacheFile(file, "other", new Map())).toBe(true);
  expect([readAll(), [...(readCacheFile(file, "other")?.names ?? ["-"])]]).toEqual([undefined, []]);
});

test("each byte is checked, and each length", () => {
  writeCacheFile(file, "key \u00e4", PARTS);
  const bytes = readFileSync(file);
  const whole = JSON.stringify(readAll());
  const isWhole = () => JSON.stringify(readAll()) === whole;
  let unnoticed = 0;
  for (let index = 0; index < bytes.length; index++) {
    const damaged = Buffer.from(bytes);
    damaged[index] = (damaged[index] ?? 0) ^ 0x10;
    writeFileSync(file, damaged);
    if (isWhole()) unnoticed++;
  }
  expect(unnoticed).toBe(0);
  for (const length of [0, 3, 12, 20, 100, bytes.length - 1]) {
    writeFileSync(file, bytes.subarray(0, length));
    expect(isWhole()).toBe(false);
  }
  writeFileSync(file, "not ours at all, but long enough to be");
  expect(readAll()).toBeUndefined();
});

test("where nothing can be written, nothing is, and nothing is raised", () => {
  writeFileSync(join(folder, "a"), "a file");
  expect(writeCacheFile(file, "key", PARTS)).toBe(false);
  expect(readCacheFile(file, "key")).toBeUndefined();
});

test("a folder that others may write to is not used", () => {
  if (process.platform === "win32") return;
  chmodSync(folder, 0o777);
  expect(writeCacheFile(join(folder, "file"), "key", PARTS)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});
