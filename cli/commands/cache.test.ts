import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestCli, type TestCli } from "../context.testkit.ts";

let cli: TestCli;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spacer-cache-"));
  cli = createTestCli({ SPACER_CACHE_DIR: folder });
});

afterEach(() => {
  cli.dispose();
  rmSync(folder, { recursive: true });
});

function fill(): void {
  mkdirSync(join(folder, "lua/aa"), { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, "lua/aa/x"), "x".repeat(1536));
}

test("says where it is, and how large", async () => {
  expect(await cli.run("cache")).toBe(0);
  expect(cli.out).toBe(`${folder}: 0 files, 0 bytes\n`);
  cli.clear();
  fill();
  expect(await cli.run("cache")).toBe(0);
  expect(cli.out).toBe(`${folder}: 1 file, 1.5 KB\n`);
  cli.clear();
  expect(await cli.run("cache", "--json")).toBe(0);
  expect(JSON.parse(cli.out)).toEqual({ folder, files: 1, sizeBytes: 1536 });
});

test("clears what is its own", async () => {
  fill();
  writeFileSync(join(folder, "mine"), "");
  expect(await cli.run("cache", "--clear")).toBe(0);
  expect(cli.out).toBe(`${folder}: 0 files, 0 bytes\n`);
  expect([existsSync(join(folder, "lua")), existsSync(join(folder, "mine"))]).toEqual([
    false,
    true,
  ]);
});

test("tells when it is off", async () => {
  const off = createTestCli({ SPACER_CACHE: "off" });
  try {
    expect(await off.run("cache")).toBe(0);
    expect(off.out).toBe("nothing is kept: the cache is off\n");
    off.clear();
    expect(await off.run("cache", "--json")).toBe(0);
    expect(JSON.parse(off.out)).toEqual({ folder: null, files: 0, sizeBytes: 0 });
  } finally {
    off.dispose();
  }
});
