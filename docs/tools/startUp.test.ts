/** The built program and its cache, in processes of their own. */
import { execFile, execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "spacer-start-"));
const installed = join(folder, "spacer");
const cache = join(folder, "cache");
const OPTIONS = [
  "--stack-size=3900",
  "--no-allocation-site-pretenuring",
  "--min-semi-space-size=2",
];

beforeAll(() => {
  const build = ["--import", "tsx", "docs/tools/build.ts", join(installed, "dist")];
  mkdirSync(installed);
  execFileSync(process.execPath, build, { cwd: root, stdio: "pipe" });
  cpSync(join(root, "package.json"), join(installed, "package.json"));
  symlinkSync(join(root, "node_modules"), join(installed, "node_modules"));
}, 60_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  rmSync(cache, { recursive: true, force: true });
});

interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly dist?: string;
  readonly options?: readonly string[];
}

function run(program: string, { env = {}, dist = "dist", options = [] }: RunOptions = {}) {
  const words = [...OPTIONS, join(installed, dist, "cli/index.js"), "run", ...options, program];
  const { stdout, stderr, status } = spawnSync(process.execPath, words, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, SPACER_CACHE_DIR: cache, ...env },
  });
  return { stdout, stderr, status };
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

/** Paths of what is kept. */
function kept(kind: "code" | "lua"): string[] {
  try {
    return readdirSync(join(cache, kind), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    return [];
  }
}

/** When each file was written. */
function times(files: readonly string[]): number[] {
  return files.map((file) => statSync(file, { bigint: false }).mtimeMs);
}

const OK = (stdout: string) => ({ stdout, stderr: "", status: 0 });

/** Suspends, fails with a position, loads code and a module: what reads each part of an entry. */
const PROGRAM = `
  local m = require("module")
  local co = coroutine.wrap(function() coroutine.yield(m.value) end)
  print(co(), co())
  print(pcall(function() return nil + 1 end))
  print(loadstring("return 1 + 1")())
  print(#string.dump(function() return m end) > 0)
`;
const OUTPUT = `7\t
false\tprogram.lua:5: attempt to perform arithmetic on a nil value
2
true
`.replace("7\t\n", "7\n");

test("a second run compiles nothing, and does the same", () => {
  write("module.lua", "return { value = 7 }");
  write("program.lua", PROGRAM);
  const first = run("program.lua");
  expect(first.stderr).toBe("");
  expect(first.stdout.split("\n").slice(1)).toEqual(OUTPUT.split("\n").slice(1));
  const [lua, code] = [kept("lua"), kept("code")];
  expect(lua).toHaveLength(2);
  expect(code.map((file) => file.replace(/.*\//, ""))).toEqual(["cli-index", "compiler-index"]);
  const written = times([...lua, ...code]);
  expect(run("program.lua")).toEqual(first);
  expect(times([...kept("lua"), ...kept("code")])).toEqual(written);
  if (process.platform !== "win32") expect(statSync(cache).mode & 0o777).toBe(0o700);
});

test("another text and other options are compiled", () => {
  write("a.lua", "print(1)");
  expect(run("a.lua")).toEqual(OK("1\n"));
  write("a.lua", "print(2)");
  expect(run("a.lua")).toEqual(OK("2\n"));
  // The new text has taken the place of the former.
  expect(kept("lua")).toHaveLength(1);
  write("a.lua", "local goto_ = 1 goto x ::x:: print(goto_)");
  expect(run("a.lua")).toEqual(OK("1\n"));
  expect(run("a.lua", { options: ["--lua", "5.1"] }).stderr).toContain("'=' expected near 'x'");
});

test("programs that load the same files in another order, or again, find the positions of errors", () => {
  write("failing.lua", "return function(value)\n  return value.x.y\nend");
  write("other.lua", "return 1");
  const call = "print(pcall(fails, {}))";
  write("first.lua", `require("other") local fails = require("failing") ${call}`);
  write("second.lua", `local fails = require("failing") ${call} require("other")`);
  write("again.lua", `for _ = 1, 2 do local fails = dofile("failing.lua") ${call} end`);
  const line = "false\t./failing.lua:2: attempt to index field 'x' (a nil value)\n";
  const lineAgain = line.replace("./", "");
  for (let round = 1; round <= 3; round++) {
    expect(run("first.lua")).toEqual(OK(line));
    expect(run("second.lua")).toEqual(OK(line));
    expect(run("again.lua")).toEqual(OK(lineAgain + lineAgain));
  }
  // Once each has run, there is nothing new.
  const written = times(kept("lua"));
  for (const program of ["first.lua", "second.lua", "again.lua"]) run(program);
  expect(times(kept("lua"))).toEqual(written);
});

test("another build reads nothing of this one", () => {
  write("a.lua", "print(1)");
  run("a.lua");
  cpSync(join(installed, "dist"), join(installed, "other"), { recursive: true });
  const program = join(installed, "other/cli/index.js");
  const text = readFileSync(program, "utf8");
  const [, id = ""] = /"([0-9a-f]{16})"/.exec(text) ?? [];
  expect(id).not.toBe("");
  writeFileSync(program, text.replaceAll(id, "0123456789abcdef"));
  const before = kept("lua");
  expect(run("a.lua", { dist: "other" })).toEqual(OK("1\n"));
  expect(kept("lua")).toHaveLength(before.length + 1);
});

test("damaged, torn and foreign files are as good as none", () => {
  write("a.lua", "local t = {} for i = 1, 3 do t[i] = i * i end print(table.concat(t, ' '))");
  expect(run("a.lua")).toEqual(OK("1 4 9\n"));
  const files = [...kept("lua"), ...kept("code")];
  const whole = new Map(files.map((file) => [file, readFileSync(file)]));
  const damages: readonly ((bytes: Buffer) => Buffer)[] = [
    () => Buffer.alloc(0),
    (bytes) => bytes.subarray(0, bytes.length >> 1),
    (bytes) => Buffer.from(bytes.map((byte, index) => (index % 97 === 0 ? byte ^ 1 : byte))),
    (bytes) => Buffer.concat([bytes.subarray(0, 40), Buffer.alloc(bytes.length - 40)]),
    () => Buffer.from("foreign ".repeat(100)),
  ];
  for (const damage of damages) {
    for (const [file, bytes] of whole) writeFileSync(file, damage(bytes));
    expect(run("a.lua")).toEqual(OK("1 4 9\n"));
    // And they are mended, but for the compiler's, which may not have been needed.
    for (const [file, bytes] of whole) {
      if (file.endsWith("compiler-index")) continue;
      expect(readFileSync(file).length).toBeGreaterThan(bytes.length / 2);
    }
  }
}, 30_000);

test("a first run that takes long leaves as much code as one that does not", () => {
  const size = (name: string, text: string): number => {
    write(name, text);
    const env = { SPACER_CACHE_DIR: join(folder, `cache of ${name}`) };
    expect(run(name, { env })).toEqual(OK("ended\n"));
    const files = readdirSync(env.SPACER_CACHE_DIR, { recursive: true, encoding: "utf8" });
    const file = files.find((path) => path.endsWith("cli-index")) ?? "";
    return statSync(join(env.SPACER_CACHE_DIR, file)).size;
  };
  // Long enough that V8 forgets code that is not called.
  const long = `
    local function tree(d) if d == 0 then return {} end return { tree(d - 1), tree(d - 1) } end
    local kept = {}
    for i = 1, 150 do kept[i % 4] = tree(15) end
    print("ended")`;
  expect(size("long.lua", long)).toBeGreaterThan(0.9 * size("short.lua", 'print("ended")'));
});

test("twenty that start at once do not get into each other's way", async () => {
  write("a.lua", "print(('x'):rep(3))");
  const words = [...OPTIONS, join(installed, "dist/cli/index.js"), "run", "a.lua"];
  const env = { ...process.env, SPACER_CACHE_DIR: cache };
  const outputs = await Promise.all(
    Array.from(
      { length: 20 },
      () =>
        new Promise<string>((done, reject) => {
          execFile(process.execPath, words, { cwd: folder, env }, (error, stdout, stderr) => {
            if (error === null) done(stdout + stderr);
            else reject(new Error(stderr));
          });
        }),
    ),
  );
  expect(new Set(outputs)).toEqual(new Set(["xxx\n"]));
  expect([...kept("lua"), ...kept("code")].filter((file) => file.endsWith(".new"))).toEqual([]);
  expect(run("a.lua")).toEqual(OK("xxx\n"));
}, 60_000);

test("nothing is kept where that is not wanted or not possible", () => {
  write("a.lua", "print(1)");
  expect(run("a.lua", { env: { SPACER_CACHE: "off" } })).toEqual(OK("1\n"));
  expect([kept("lua"), kept("code")]).toEqual([[], []]);
  writeFileSync(cache, "a file");
  expect(run("a.lua")).toEqual(OK("1\n"));
  rmSync(cache);
  // No home, and an installation that can only be read.
  chmodSync(join(installed, "dist"), 0o555);
  const env = { SPACER_CACHE_DIR: "", HOME: "", XDG_CACHE_HOME: "" };
  expect(run("a.lua", { env })).toEqual(OK("1\n"));
  chmodSync(join(installed, "dist"), 0o755);
});

test.each([
  ["--inspect=0", 0],
  ['--no-warnings "--inspect=0"', 0],
  ["--require FOLDER/opens.cjs", 0],
  ["--max-old-space-size=300", 1],
])("a debugger that NODE_OPTIONS lets in is noticed: %s", (options, keptCount) => {
  write("opens.cjs", 'require("node:inspector").open(0);');
  write("a.lua", "print(1)");
  const { stdout } = run("a.lua", { env: { NODE_OPTIONS: options.replace("FOLDER", folder) } });
  expect(stdout).toBe("1\n");
  // Code for a debugger is not kept.
  expect(kept("lua")).toHaveLength(keptCount);
});

test("bugs of ours show where they are", () => {
  const { stderr } = run("a.lua", {
    options: ["--project", "/nowhere"],
    env: { SPACER_DEBUG: "1" },
  });
  expect(stderr).toMatch(/at \w+ \(.*dist\/scripts\/(?:packs|chunks)\/[\w.-]+\.js:\d+:\d+\)/);
});
