import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MAX_CACHE_BYTES, pruneCache } from "./pruneCache.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW_MS = Date.now();

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spacer-cache-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function add(name: string, ageDays: number, sizeBytes = 1): void {
  const file = join(folder, name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, "");
  truncateSync(file, sizeBytes);
  const seconds = (NOW_MS - ageDays * DAY_MS) / 1000;
  utimesSync(file, seconds, seconds);
}

function files(): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
}

test("what nobody has used for a month goes, and so do its folders", () => {
  add("pruned", 2);
  add("lua/aa/old", 40);
  add("lua/bb/new", 3);
  pruneCache(folder, NOW_MS);
  expect(files()).toEqual(["lua", "lua/bb", "lua/bb/new", "pruned"]);
});

test("the oldest go when there is too much", () => {
  add("pruned", 2);
  add("lua/a", 1, MAX_CACHE_BYTES / 2);
  add("lua/b", 3, MAX_CACHE_BYTES / 2);
  add("lua/c", 2, MAX_CACHE_BYTES / 2);
  add("mine", 90);
  pruneCache(folder, NOW_MS);
  expect(files()).toEqual(["lua", "lua/a", "lua/c", "mine", "pruned"]);
});

test("once a day, and not in the first", () => {
  add("lua/old", 40);
  pruneCache(folder, NOW_MS);
  pruneCache(folder, NOW_MS + DAY_MS / 2);
  expect(files()).toEqual(["lua", "lua/old", "pruned"]);
  pruneCache(folder, NOW_MS + 2 * DAY_MS);
  expect(files()).toEqual(["lua", "pruned"]);
});
