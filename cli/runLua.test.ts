import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { selfCommand } from "./build.testkit.ts";
import { createTestCli, type TestCli } from "./context.testkit.ts";
import { programName, runLua } from "./runLua.ts";

let cli: TestCli;

beforeEach(() => {
  cli = createTestCli();
});

afterEach(() => {
  cli.dispose();
});

const run = (...words: string[]) => runLua(words, { ...cli.context, luaName: "moon" });

test("programs run, and messages begin with its name", async () => {
  expect(await run("-e", "print(1)")).toBe(0);
  expect(await run("-e", "error('no', 0)")).toBe(1);
  expect(cli.out).toBe("1\n");
  expect(cli.err).toMatch(/^moon: no\nstack traceback:\n/);
});

test.each([[["-h"]], [["-u"]], [["--u"]], [["-e"]], [["-l"]]])(
  "%j is answered with the usage, and fails",
  async (words) => {
    expect(await run(...words)).toBe(1);
    expect(cli.out).toBe("");
    expect(cli.err).toMatch(/^usage: moon \[options\]\.\.\. \[script \[args\]\.\.\.\]\.\n/);
    expect(cli.err).toContain("\n  -e, --execute CODE ");
    expect(cli.err).not.toContain("-h,");
    expect(cli.err).toMatch(/\nmoon: .*\n$/);
  },
);

test("--help explains it", async () => {
  expect(await run("--help")).toBe(0);
  expect(cli.out).toContain("Examples:");
});

test("what is wrong but no mistake in options is told as by spacer", async () => {
  expect(await run("--project", "nowhere", "-e", "")).toBe(1);
  expect(cli.err).toBe(
    "spacer: there is no folder nowhere\n  hint: 'spacer init DIR' makes a project\n",
  );
});

describe("the word that starts it again", () => {
  /** Makes files that are links, in folders of the search path. */
  function install(...links: readonly string[]): { paths: string[]; searchPath: string } {
    cli.write("program", "");
    const paths = links.map((link) => join(cli.cwd, link));
    for (const path of paths) {
      mkdirSync(join(path, ".."), { recursive: true });
      symlinkSync(join(cli.cwd, "program"), path);
    }
    return { paths, searchPath: ["bin", "nowhere", "more"].map(inside).join(delimiter) };
  }

  const inside = (folder: string) => join(cli.cwd, folder);

  test("is its name where the shell finds it by that", () => {
    const { paths, searchPath } = install("more/lua");
    expect(programName(paths[0] ?? "", searchPath)).toBe("lua");
  });

  test("is its path elsewhere, and where the shell finds something else", () => {
    const { paths, searchPath } = install("other/lua", "more/moon");
    expect(programName(paths[0] ?? "", searchPath)).toBe(paths[0]);
    expect(programName(paths[1] ?? "", undefined)).toBe(paths[1]);
    cli.write("bin/moon", "");
    expect(programName(paths[1] ?? "", searchPath)).toBe(paths[1]);
  });
});

test("a program can start its interpreter by the word below all others in arg", () => {
  const words = ["-e", 'io.write(io.popen(arg[-3] .. " -e \'print(6 * 7)\'"):read("*a"))'];
  const lua = selfCommand("lua").at(-1) ?? "";
  const link = join(cli.cwd, "lua");
  symlinkSync(lua, link);
  const env = { ...process.env, PATH: `${cli.cwd}${delimiter}${process.env["PATH"] ?? ""}` };
  const show = ["-e", "print(arg[-3])"];
  expect(execFileSync("lua", show, { env, encoding: "utf8" })).toBe("lua\n");
  expect(execFileSync("lua", words, { env, encoding: "utf8" })).toBe("42\n");
  expect(execFileSync(link, words, { encoding: "utf8" })).toBe("42\n");
});
