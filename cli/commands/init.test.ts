import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { createTestCli, type TestCli } from "../context.testkit.ts";

let cli: TestCli;

beforeEach(() => {
  cli = createTestCli();
});

afterEach(() => {
  cli.dispose();
});

test("the project has all its files, and the scripts are executable", async () => {
  expect(await cli.run("init", "my_hello")).toBe(0);
  const root = join(cli.cwd, "my_hello");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" });
  expect(files.filter((name) => !statSync(join(root, name)).isDirectory()).sort()).toEqual([
    ".dockerignore",
    ".gitignore",
    ".vscode/launch.json",
    ".vscode/settings.json",
    "Dockerfile",
    "app/gateway.lua",
    "app/hello.lua",
    "bin/dev.sh",
    "bin/prod.sh",
    "bin/spacer",
    "bin/test.sh",
    "compose.yaml",
    "config/application.yml",
    "deploy/my-hello.service",
    "deploy/production.env.example",
    "lib/.gitkeep",
    "logs/.gitkeep",
    "temp/.gitkeep",
    "test/test_hello.lua",
  ]);
  for (const name of readdirSync(join(root, "bin"))) {
    expect(statSync(join(root, "bin", name)).mode & 0o111).toBe(0o111);
  }
  expect(readFileSync(join(root, "config/application.yml"), "utf8")).toContain(
    'appName: "my-hello"',
  );
  for (const name of files.filter((file) => /^(?:bin|deploy)\/|^Dockerfile|^compose/.test(file))) {
    expect(readFileSync(join(root, name), "utf8")).not.toMatch(/@[A-Z_]+@/);
  }
});

test("VS Code is told commands that exist", async () => {
  await cli.run("init", "hello");
  const text = readFileSync(join(cli.cwd, "hello/.vscode/launch.json"), "utf8");
  const { configurations } = JSON.parse(text) as {
    configurations: { name: string; runtimeArgs?: string[]; port?: number }[];
  };
  for (const { runtimeArgs = [] } of configurations) {
    const [command = "help", ...options] = runtimeArgs;
    cli.clear();
    expect(await cli.run("help", command)).toBe(0);
    for (const option of options.filter((word) => word.startsWith("--"))) {
      expect(cli.out).toContain(option);
    }
  }
  expect(configurations.map(({ name }) => name)).toContain("Attach to spacer");
});

test("it says what to do next", async () => {
  await cli.run("init", "a/b c");
  expect(cli.out).toContain("cd 'a/b c'\n");
  expect(cli.out).toContain("./bin/dev.sh");
  expect(cli.out).toContain("curl localhost:3000/hello");
});

test("an existing folder is left alone", async () => {
  mkdirSync(join(cli.cwd, "there"));
  expect(await cli.run("init", "there")).toBe(1);
  expect(cli.err).toBe(
    "spacer: there exists already\n  hint: give a folder that does not exist yet\n",
  );
  expect(readdirSync(join(cli.cwd, "there"))).toEqual([]);
});

test("a name that is empty means a folder that exists", async () => {
  expect(await cli.run("init", "")).toBe(1);
  expect(cli.err).toMatch(/^spacer: the current folder exists already\n/);
});

test("a path through a file is refused", async () => {
  cli.write("file", "");
  expect(await cli.run("init", "file/sub")).toBe(1);
  const problem = "a part of the path is not a folder";
  expect(cli.err).toBe(`spacer: can't make the folder file/sub: ${problem}\n`);
});

test("a folder that can't be written to is told about", async () => {
  const locked = join(cli.cwd, "locked");
  mkdirSync(locked);
  chmodSync(locked, 0o555);
  chmodSync(cli.cwd, 0o755);
  expect(await asOrdinaryUser(() => cli.run("init", "locked/sub"))).toBe(1);
  expect(cli.err).toBe("spacer: can't make the folder locked/sub: permission denied\n");
});

/** For root every folder can be written to. */
async function asOrdinaryUser<Result>(action: () => Promise<Result>): Promise<Result> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.("nobody");
  try {
    return await action();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe("bin/spacer", () => {
  let folder: string;

  beforeEach(async () => {
    folder = join(cli.cwd, "deep/er/hello");
    await cli.run("init", "deep/er/hello");
  });

  function fake(path: string, text: string): string {
    const file = join(cli.cwd, path);
    cli.write(path, `#!/bin/sh\necho "${text}: $*"\n`);
    chmodSync(file, 0o755);
    return file;
  }

  function run(env: Record<string, string>): string {
    const shell = { PATH: "/usr/bin:/bin", ...env };
    const { stdout, stderr } = spawnSync(join(folder, "bin/test.sh"), ["x y"], {
      env: shell,
      encoding: "utf8",
    });
    return stdout + stderr;
  }

  test("prefers SPACER_BIN, then node_modules above, then the PATH, then what made it", () => {
    const chosen = fake("chosen", "chosen");
    fake("node_modules/.bin/spacer", "near");
    fake("path/spacer", "path");
    const PATH = `${join(cli.cwd, "path")}:/usr/bin:/bin`;
    expect(run({ SPACER_BIN: chosen, PATH })).toBe("chosen: test . x y\n");
    expect(run({ PATH })).toBe("near: test . x y\n");
    writeFileSync(join(cli.cwd, "node_modules/.bin/spacer"), "", { mode: 0o644 });
    chmodSync(join(cli.cwd, "node_modules/.bin/spacer"), 0o644);
    expect(run({ PATH })).toBe("path: test . x y\n");
    fake("path/node", "node");
    chmodSync(join(cli.cwd, "path/spacer"), 0o644);
    expect(run({ PATH })).toMatch(/^node: --stack-size=3900 .*index\.cjs test \. x y\n$/);
  });

  test("says what to do when there is none", () => {
    const script = readFileSync(join(folder, "bin/spacer"), "utf8");
    writeFileSync(join(folder, "bin/spacer"), script.replace(/^made_by=.*$/m, "made_by=''"));
    expect(run({})).toMatch(/^bin\/spacer: spacer is not found\n {2}hint: /);
  });
});
