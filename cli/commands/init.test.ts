import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
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

describe("an existing folder", () => {
  test("that is empty gets a project, by any name it has", async () => {
    mkdirSync(join(cli.cwd, "there"));
    symlinkSync("there", join(cli.cwd, "link"));
    expect(await cli.run("init", "link")).toBe(0);
    expect(readdirSync(join(cli.cwd, "there"))).toContain("Dockerfile");
    expect(readFileSync(join(cli.cwd, "there/config/application.yml"), "utf8")).toContain(
      'appName: "link"',
    );
  });

  test("can be the current one, which is not to be entered", async () => {
    expect(await cli.run("init", ".")).toBe(0);
    expect(readdirSync(cli.cwd)).toContain("app");
    expect(cli.out).toMatch(/^Made a project in this folder\. Next:\n\n {2}\.\/bin\/dev\.sh /);
    cli.clear();
    expect(await cli.run("test")).toBe(0);
  });

  test("keeps what is in it", async () => {
    cli.write(".git/HEAD", "ref: refs/heads/main");
    cli.write("README.md", "# Hello");
    cli.write("lib/mine.lua", "return 1");
    expect(await cli.run("init", ".")).toBe(0);
    for (const [name, text] of [
      [".git/HEAD", "ref: refs/heads/main"],
      ["README.md", "# Hello"],
      ["lib/mine.lua", "return 1"],
    ] as const) {
      expect(readFileSync(join(cli.cwd, name), "utf8")).toBe(text);
    }
    expect(readdirSync(join(cli.cwd, "lib"))).toEqual([".gitkeep", "mine.lua"]);
  });

  test("is left alone when it has what is to be made", async () => {
    cli.write("there/.gitignore", "mine");
    const hint = "  hint: nothing was made; give another folder, or move away what is there\n";
    expect(await cli.run("init", "there")).toBe(1);
    expect(cli.err).toBe(`spacer: there has .gitignore already\n${hint}`);
    expect(readdirSync(join(cli.cwd, "there"))).toEqual([".gitignore"]);
    expect(readFileSync(join(cli.cwd, "there/.gitignore"), "utf8")).toBe("mine");
    cli.clear();
    cli.write("there/Dockerfile", "FROM mine");
    await cli.run("init", "there");
    expect(cli.err).toBe(`spacer: there has Dockerfile, .gitignore already\n${hint}`);
    expect(readFileSync(join(cli.cwd, "there/Dockerfile"), "utf8")).toBe("FROM mine");
  });

  test("is left alone when it is a project", async () => {
    await cli.run("init", "hello");
    cli.write("hello/app/hello.lua", "-- mine");
    expect(await cli.run("init", "hello")).toBe(1);
    expect(cli.err).toMatch(/^spacer: hello has \S+, \S+ and 17 more already\n/);
    expect(readFileSync(join(cli.cwd, "hello/app/hello.lua"), "utf8")).toBe("-- mine");
  });

  test("is left alone when a file or a link stands where a folder is to be", async () => {
    mkdirSync(join(cli.cwd, "elsewhere"));
    mkdirSync(join(cli.cwd, "there"));
    symlinkSync("../elsewhere", join(cli.cwd, "there/app"));
    cli.write("there/bin", "a file");
    symlinkSync("nowhere", join(cli.cwd, "there/compose.yaml"));
    expect(await cli.run("init", "there")).toBe(1);
    expect(cli.err).toMatch(/^spacer: there has app, bin and 1 more already\n/);
    expect(readdirSync(join(cli.cwd, "there"))).toEqual(["app", "bin", "compose.yaml"]);
    expect(readdirSync(join(cli.cwd, "elsewhere"))).toEqual([]);
  });

  test("that can't be written to, or looked into, is told about", async () => {
    const locked = join(cli.cwd, "locked");
    mkdirSync(locked);
    chmodSync(cli.cwd, 0o755);
    for (const [mode, problem] of [
      [0o555, /^spacer: can't write \S+locked\/\S+: permission denied\n$/],
      [0o600, /^spacer: can't read \S+locked\/\S+: permission denied\n$/],
    ] as const) {
      chmodSync(locked, mode);
      cli.clear();
      expect(await asOrdinaryUser(() => cli.run("init", "locked"))).toBe(1);
      expect(cli.err).toMatch(problem);
    }
    chmodSync(locked, 0o755);
    expect(readdirSync(locked)).toEqual([]);
  });
});

test("a file is not a folder", async () => {
  cli.write("file", "text");
  expect(await cli.run("init", "file")).toBe(1);
  expect(cli.err).toBe("spacer: file is not a folder\n  hint: give another name\n");
});

test("an empty name is refused: it is rather a variable that was not set", async () => {
  expect(await cli.run("init", "")).toBe(1);
  expect(cli.err).toBe("spacer: DIR is empty\n  hint: 'spacer init .' is for the current folder\n");
  expect(readdirSync(cli.cwd)).toEqual([]);
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
