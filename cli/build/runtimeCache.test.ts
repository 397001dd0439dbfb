/** What esbuild made is taken from the cache as long as nothing has changed that it depends on, and never longer. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import type { BuildCacheOptions } from "./buildCache.ts";
import { loadEsbuild, type Esbuild } from "./esbuild.ts";
import { RuntimeCache } from "./runtimeCache.ts";

let root: string;
let source: string;
let buildCount = 0;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "spacer-runtime-"));
  source = join(root, "source");
  mkdirSync(source);
  write("part.js", 'export const name = "first";');
  buildCount = 0;
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  writeFileSync(join(source, name), text);
}

/** As another process would: with what is in the cache. */
async function build(options: Partial<Build> = {}): Promise<string> {
  return await buildWith(openCache({ folder: join(root, "cache"), id: "test", root }), options);
}

function openCache(options: BuildCacheOptions | undefined): RuntimeCache {
  const { build: real, transform } = loadEsbuild();
  const counted = ((options: Parameters<Esbuild["build"]>[0]) => {
    buildCount++;
    return real(options);
  }) as Esbuild["build"];
  return new RuntimeCache(options, { build: counted, transform });
}

interface Build {
  readonly plugin: string;
  readonly isMinified: boolean;
  readonly mark: string;
}

async function buildWith(
  cache: RuntimeCache,
  { plugin = "some", isMinified = false, mark = "" }: Partial<Build> = {},
): Promise<string> {
  const empty: Plugin = { name: plugin, setup: () => undefined };
  const entry = `import { name } from ${JSON.stringify(join(source, "part.js"))}; console.log(name + "${mark}");`;
  const { text, metafile } = await cache.buildRuntime({
    absWorkingDir: source,
    entryPoints: ["spacer:entry"],
    bundle: true,
    isMinified,
    logLevel: "silent",
    plugins: [empty],
    written: { helpers: [], modules: new Map([["entry", entry]]) },
  });
  expect(Object.keys(metafile.inputs)).toContain("part.js");
  await cache.end();
  return text;
}

test("is made once", async () => {
  const text = await build();
  expect(text).toContain('"first"');
  expect(await build()).toBe(text);
  expect(await build()).toBe(text);
  expect(buildCount).toBe(1);
});

test("is made again when a file that it has read is another one", async () => {
  await build();
  write("part.js", 'export const name = "other";');
  expect(await build()).toContain('"other"');
  expect(await build()).toContain('"other"');
  expect(buildCount).toBe(2);
  rmSync(join(source, "part.js"));
  await expect(build()).rejects.toThrow(/part\.js/);
});

test("is made for its options, plugins and written modules", async () => {
  const plain = await build();
  expect(await build({ isMinified: true })).not.toBe(plain);
  await build({ plugin: "another" });
  expect(await build({ mark: "!" })).toContain('"!"');
  expect(buildCount).toBe(4);
});

test("a cache that is damaged or can't be written is as good as none", async () => {
  const text = await build();
  const folder = join(root, "cache", "build");
  const [name = ""] = readdirSync(folder);
  writeFileSync(join(folder, name), "SPACER1\nnothing of ours");
  expect(await build()).toBe(text);
  expect(buildCount).toBe(2);
  rmSync(join(root, "cache"), { recursive: true });
  writeFileSync(join(root, "cache"), "a file, where a folder should be");
  expect(await build()).toBe(text);
  expect(await build()).toBe(text);
  expect(buildCount).toBe(4);
});

test("a process that builds again has it in memory, with no cache or one that can't be written", async () => {
  writeFileSync(join(root, "cache"), "a file, where a folder should be");
  for (const options of [undefined, { folder: join(root, "cache"), id: "test", root }]) {
    buildCount = 0;
    const cache = openCache(options);
    const text = await buildWith(cache);
    expect(await buildWith(cache, { mark: "!" })).toContain('"!"');
    expect(await buildWith(cache, { mark: "!" })).toContain('"!"');
    expect(buildCount).toBe(2);
    expect(await buildWith(cache)).toBe(text);
    write("part.js", `export const name = "changed ${options === undefined ? "once" : "twice"}";`);
    expect(await buildWith(cache)).toContain("changed");
    expect(buildCount).toBe(4);
  }
});
