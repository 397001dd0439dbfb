/** The doctor in surroundings that are really broken, as far as a test may break them. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { createTestCli, type TestCli } from "../context.testkit.ts";
import { runCheck, type NamedFinding } from "./check.ts";
import { diagnose } from "./index.ts";
import type { TestMachine } from "./machine.testkit.ts";
import { createTestPatient, found, SETTINGS, type TestPatient } from "./patient.testkit.ts";

/** A user without rights. */
const NOBODY = 65534;
/** For tests that start the program. */
const PATIENCE_MS = 30_000;

let patient: TestPatient;
let cli: TestCli;
let machine: TestMachine;
let look: TestPatient["look"];

beforeEach(() => {
  patient = createTestPatient();
  ({ cli, machine } = patient);
  look = (...words) => patient.look(...words);
});

afterEach(() => {
  patient.dispose();
});

describe("Node", () => {
  test.each([
    ["18.20.4", "problem", /^Node 18.20.4 .* is too old: spacer needs 20 or newer$/],
    ["23.4.0", "warning", /^Node 23.4.0 /],
  ])("%s", async (nodeVersion, level, message) => {
    expect(await look("Node", { changes: { nodeVersion } })).toEqual(
      found(level, message, /install a newer one|use an even one, such as 24/),
    );
  });

  test("one that gets fixes for long is fine", async () => {
    expect(await look("Node")).toEqual([{ level: "ok", message: "Node 22.1.0 (linux, x64)" }]);
  });
});

describe("stack", () => {
  const limits = (size: string) =>
    `Limit  Soft Limit  Hard Limit\nMax stack size   ${size}   unlimited  bytes\n`;

  test("Node without the option", async () => {
    const changes = { nodeOptions: ["--max-old-space-size=100"] };
    expect(await look("stack", { changes })).toEqual(
      found("warning", /stack overflow/, /--stack-size=3900/),
    );
  });

  test("more than the system gives", async () => {
    machine.write("self/limits", limits("4096000"));
    expect(await look("stack")).toEqual(
      found("problem", /a stack of 4000 KiB, and Node was promised 3900/, /ulimit -s/),
    );
  });

  test.each(["8388608", "unlimited"])("enough: %s", async (size) => {
    machine.write("self/limits", limits(size));
    expect(await look("stack")).toMatchObject([{ level: "ok" }]);
  });
});

describe("certificates", () => {
  const env = { NODE_EXTRA_CA_CERTS: "/etc/ssl/company.pem" };

  test("without any there is nothing to tell", async () => {
    expect(await look("certificates")).toEqual([]);
  });

  test("Node 20 reads them at each start", async () => {
    const changes = { nodeVersion: "20.20.2" };
    expect(await look("certificates", { env, changes })).toEqual(
      found("warning", /^Node 20 reads .etc.ssl.company.pem .* at each start/, /Node 22 or newer/),
    );
  });

  test("later versions do not", async () => {
    expect(await look("certificates", { env })).toMatchObject([{ level: "ok" }]);
  });
});

describe("packages", () => {
  const without = (...names: string[]) => ({
    packageVersion: (name: string) => (names.includes(name) ? undefined : "1.0.0"),
  });

  test("one that spacer needs", async () => {
    expect(await look("packages", { changes: without("pg", "esbuild") })).toEqual(
      found("problem", /not installed completely: there is no pg$/, /install spacer again/),
    );
  });

  test("one that is optional", async () => {
    expect(await look("packages", { changes: without("esbuild") })).toEqual(
      found("warning", /^esbuild is not installed: no 'spacer build'$/, /npm install esbuild@/),
    );
  });
});

describe("cache", () => {
  test("a folder that others may write to", async () => {
    const folder = join(cli.cwd, "cache");
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    expect(await look("cache", { env: { SPACER_CACHE_DIR: folder } })).toEqual(
      found("warning", /is not used: .* others may write there/, /chmod go-w .*SPACER_CACHE_DIR/),
    );
  });

  test("a user without a home", async () => {
    expect(await look("cache", { env: { HOME: "" } })).toEqual(
      found("warning", /no home/, /SPACER_CACHE_DIR/),
    );
  });

  test("off, and not there yet", async () => {
    const env = { SPACER_CACHE: "off" };
    expect(await look("cache", { env })).toEqual([
      { level: "ok", message: "off, by SPACER_CACHE" },
    ]);
    const folder = join(cli.cwd, "none/at/all");
    expect(await look("cache", { env: { SPACER_CACHE_DIR: folder } })).toEqual([
      { level: "ok", message: `${folder}, which is not there yet` },
    ]);
    expect(readdirSync(cli.cwd)).not.toContain("none");
  });
});

describe("clock", () => {
  test("one that was never set", async () => {
    expect(await look("clock", { changes: { nowMs: () => 0 } })).toEqual(
      found("problem", /^it is not 1970-/, /set-ntp/),
    );
  });

  test("files from the future", async () => {
    const later = Date.now() / 1000 + 3600;
    utimesSync(join(cli.cwd, "app/gateway.lua"), later, later);
    expect(await look("clock")).toEqual(
      found("warning", /^app\/gateway\.lua was saved after now/, /set-ntp/),
    );
  });
});

describe("settings", () => {
  test("those that are wrong, with their place; what asks them is left out", async () => {
    cli.write("config/application.yml", `${SETTINGS}gatway: {}\n`);
    const findings = await diagnose({
      root: cli.cwd,
      environment: "development",
      env: cli.context.env,
      machine,
    });
    expect(findings).toContainEqual({
      check: "settings",
      level: "problem",
      message: "config/application.yml:3: unknown key 'gatway'",
      hint: "did you mean 'gateway'?",
    });
    expect(findings.map(({ check }) => check)).not.toContain("ports");
  });

  test("a file .env that is wrong, which production does not read", async () => {
    cli.write(".env", "A=1\nwhat is this\n");
    expect(await look("settings")).toEqual(
      found("problem", /^\.env:2: this line sets no variable$/, /NAME=value/),
    );
    expect(await look("settings", { environment: "production" })).toMatchObject([{ level: "ok" }]);
  });

  test("a variable that is wrong", async () => {
    expect(await look("settings", { env: { PORT: "http" } })).toMatchObject([
      { level: "problem", message: expect.stringContaining("PORT") as string },
    ]);
  });
});

describe("folders", () => {
  test("without a gateway", async () => {
    cli.write("other/config/application.yml", `${SETTINGS}gateway: { port: 0 }\n`);
    expect(await cli.run("doctor", "other", "--json")).toBe(0);
    expect(JSON.parse(cli.out)).toMatchObject({
      findings: expect.arrayContaining([
        expect.objectContaining({ check: "folders", level: "warning" }),
      ]) as unknown,
    });
  });

  test(
    "where nothing may be written or read",
    () => {
      mkdirSync(join(cli.cwd, ".spacer"));
      const folders = ["app", ".spacer", "."].map((path) => join(cli.cwd, path));
      for (const folder of folders) chmodSync(folder, folder.endsWith("app") ? 0 : 0o555);
      try {
        expect(diagnoseAsOrdinaryUser("folders")).toEqual([
          ["problem", expect.stringMatching(/^app can't be read by user \d+$/)],
          ["problem", expect.stringMatching(/^\.spacer can't be written to by user \d+$/)],
          ["warning", expect.stringMatching(/^logs can't be made in the project by user \d+$/)],
        ]);
      } finally {
        for (const folder of folders) chmodSync(folder, 0o755);
      }
    },
    PATIENCE_MS,
  );

  /** In a process of its own: root may do everything, and other processes of the test go on as root. */
  function diagnoseAsOrdinaryUser(name: string): [string, string][] {
    const [program = "", ...words] = cli.context.self;
    const { stdout } = spawnSync(program, [...words, "doctor", cli.cwd, "--json"], {
      ...(process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}),
      cwd: "/",
      env: { PATH: process.env["PATH"] },
      encoding: "utf8",
    });
    const { findings } = JSON.parse(stdout) as { findings: NamedFinding[] };
    return findings
      .filter(({ check }) => check === name)
      .map(({ level, message }) => [level, message]);
  }
});

describe("watching", () => {
  test("too few files may be watched", async () => {
    machine.write("sys/fs/inotify/max_user_watches", "3\n");
    expect(await look("watching")).toEqual(
      found("warning", /watch 3 files and folders, and the project has \d/, /max_user_watches/),
    );
  });

  test("production watches nothing", async () => {
    expect(await look("watching", { environment: "production" })).toEqual([]);
  });
});

test("what a check throws is a problem, unless it is a bug", async () => {
  const broken = (thrown: Error) =>
    runCheck(
      {
        name: "x",
        run: () => {
          throw thrown;
        },
      },
      { env: {}, environment: "", machine },
    );
  const denied = Object.assign(new Error("no"), { code: "EACCES", path: "/x" });
  expect(await broken(denied)).toEqual([
    { check: "x", level: "problem", message: "can't be checked: permission denied (/x)" },
  ]);
  await expect(broken(new TypeError("a bug"))).rejects.toThrow("a bug");
});

describe("the command", () => {
  test("tells of the machine alone outside of a project, and of a folder that is none", async () => {
    const outside = createTestCli();
    try {
      await outside.run("doctor");
      expect(outside.out).toMatch(/^ok {7}Node: Node /m);
      expect(outside.out).not.toContain("settings");
      expect(await outside.run("doctor", "nowhere")).toBe(1);
      expect(outside.err).toContain("there is no folder nowhere");
    } finally {
      outside.dispose();
    }
  });

  test("lines with hints, then totals; no colours where no terminal is", async () => {
    cli.write("config/application.yml", "spacerVersion: 2\nappName: shop\n");
    expect(await cli.run("doctor")).toBe(1);
    expect(cli.out).toContain(
      "problem  settings: config/application.yml:1: spacerVersion: must be 1\n" +
        "           hint: this spacer reads version 1 of the settings only\n",
    );
    expect(cli.out).toMatch(/^1 problem/m);
    expect(cli.out).not.toContain("\u001b");
  });

  test("colours on a terminal", async () => {
    Object.assign(cli.context.stdout, { isTTY: true });
    await cli.run("doctor");
    expect(cli.out).toContain("\u001b[32mok     \u001b[0m  \u001b[1mNode\u001b[0m");
  });

  test("JSON", async () => {
    cli.write("config/application.yml", "spacerVersion: 2\nappName: shop\n");
    expect(await cli.run("doctor", "--json")).toBe(1);
    expect(JSON.parse(cli.out)).toMatchObject({
      problems: 1,
      findings: expect.arrayContaining([
        {
          check: "settings",
          level: "problem",
          message: "config/application.yml:1: spacerVersion: must be 1",
          hint: "this spacer reads version 1 of the settings only",
        },
      ]) as unknown,
    });
  });
});
