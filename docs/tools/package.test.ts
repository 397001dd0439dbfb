/** The package that `npm pack` makes, used as somebody who installs it does. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "spacer-package-"));
const installed = join(folder, "node_modules/spacer");

function run(program: string, ...words: readonly string[]): string {
  return execFileSync(program, words, { cwd: folder, encoding: "utf8", stdio: "pipe" });
}

beforeAll(() => {
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], {
    cwd: root,
    stdio: "pipe",
  });
  execFileSync("mkdir", ["-p", installed]);
  const [archive = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  run("tar", "-xzf", archive, "--strip-components=1", "-C", installed);
  symlinkSync(join(root, "node_modules"), join(installed, "node_modules"));
}, 120_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("holds the program, its doors with their types, and no sources", () => {
  const files = readdirSync(installed, { recursive: true, encoding: "utf8" }).filter(
    (path) => !path.startsWith("node_modules"),
  );
  for (const door of ["compiler", "runtime", "runtime/gateway"]) {
    expect(files).toContain(`dist/${door}/index.js`);
    expect(files).toContain(`dist/${door}/index.d.ts`);
  }
  expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "dist/cli/index.js"]));
  expect(files.filter((path) => /\.map$|(?<!\.d)\.ts$/.test(path))).toEqual([]);
});

test("the program runs as it is, with a stack for deep recursion", () => {
  const program = join(installed, "dist/cli/index.js");
  expect(run(program, "version")).toMatch(/^spacer \d+\.\d+\.\d+\n$/);
  const deep = "local function f(n) return n == 0 and 0 or 1 + f(n - 1) end print(f(20000))";
  expect(run(program, "run", "-e", deep)).toBe("20000\n");
});

test("the modules in Lua and the templates come along", () => {
  const program = join(installed, "dist/cli/index.js");
  expect(run(program, "run", "-e", 'print(type(require "luaunit"))')).toBe("table\n");
  run(program, "init", "hello");
  expect(run(join(folder, "hello/bin/test.sh"))).toContain("2 tests, 0 failures");
});

test("other programs may import the doors", () => {
  const program = `
    import { compile, SourceText } from "spacer/compiler";
    const { output } = compile(new SourceText("return 1", "=a", "a"));
    console.log(typeof output.code, typeof (await import("spacer/runtime")).createState);`;
  expect(run(process.execPath, "--input-type=module", "-e", program)).toBe("string function\n");
});
