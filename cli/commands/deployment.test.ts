/**
 * What `spacer init` makes for production: by the parsers of those who read it, where no engine runs, and by the properties that
 * matter.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DockerfileParser, type Instruction } from "dockerfile-ast";
import { validate } from "dockerfile-utils";
import { parse } from "yaml";
import { createTestCli, type TestCli } from "../context.testkit.ts";
import { parseConfig } from "../config.ts";
import { graceOf } from "../production/serverPlan.ts";

let cli: TestCli;

beforeAll(async () => {
  cli = createTestCli();
  await cli.run("init", "My_Shop.2");
});

afterAll(() => {
  cli.dispose();
});

function read(path: string): string {
  return readFileSync(join(cli.cwd, "My_Shop.2", path), "utf8");
}

const settings = () => parseConfig(read("config/application.yml"), {}).config;

describe("Dockerfile", () => {
  const instructions = () => DockerfileParser.parse(read("Dockerfile")).getInstructions();
  /** Those of the last stage. */
  const final = () => {
    const all = instructions();
    return all.slice(all.findLastIndex((each) => each.getKeyword() === "FROM"));
  };
  const textOf = (all: readonly Instruction[], keyword: string) =>
    all
      .filter((each) => each.getKeyword() === keyword)
      .map((each) => each.getArgumentsContent() ?? "");

  test("is one", () => {
    expect(validate(read("Dockerfile"))).toEqual([]);
    expect(validate("FROM a\nCOPPY b c\n")).not.toEqual([]);
  });

  test("builds in one stage, and runs what was built in another, of the same Node", () => {
    const [first = "", second = "", ...more] = textOf(instructions(), "FROM");
    expect([first, second, more]).toEqual([
      "node:${NODE_VERSION}-slim AS build",
      "node:${NODE_VERSION}-slim",
      [],
    ]);
    expect(textOf(instructions(), "RUN").at(-1)).toMatch(/\bspacer build \.$/);
    const [last = ""] = read("Dockerfile")
      .split(/^FROM /m)
      .slice(-1);
    expect(last.match(/^COPY .*/gm)).toEqual(["COPY --from=build /project/dist ./dist"]);
    expect(textOf(final(), "RUN")).toEqual([]);
  });

  test("runs as another user than root, with a stack for deep recursion, and answers whether it is well", () => {
    expect(textOf(final(), "USER")).toEqual(["node"]);
    const [command = "[]"] = textOf(final(), "CMD").slice(-1);
    expect(JSON.parse(command)).toEqual(["node", "--stack-size=3900", "dist/server.mjs"]);
    const [health = ""] = textOf(final(), "HEALTHCHECK");
    const words = JSON.parse(/CMD (\[.*\])$/s.exec(health)?.[1] ?? "[]") as string[];
    expect(words.slice(0, 2)).toEqual(["node", "-e"]);
    // Nobody listens there.
    const env = { ...process.env, PORT: "1" };
    expect(spawnSync(process.execPath, words.slice(1), { env }).status).toBe(1);
    expect(textOf(final(), "EXPOSE")).toEqual([String(settings().gateway.port)]);
  });

  test("takes spacer from a file beside it, or from where SPACER says, and never what others call spacer", () => {
    expect(textOf(instructions(), "ARG")).toContain("SPACER=");
    const [install = ""] = textOf(instructions(), "RUN");
    const folder = join(cli.cwd, "opt");
    mkdirSync(folder);
    const run = (SPACER: string) => {
      // Only what is asked of npm.
      const script = `npm() { echo "$*"; }; ${install.replaceAll("\\\n", "")}`;
      const env = { PATH: process.env["PATH"], SPACER };
      return spawnSync("sh", ["-c", script], { cwd: folder, encoding: "utf8", env });
    };
    expect(run("https://a.example/b.tgz").stdout).toMatch(
      /^install .* https:\/\/a\.example\/b\.tgz\n$/,
    );
    const { status, stderr } = run("");
    expect([status, stderr]).toEqual([1, expect.stringContaining("--build-arg SPACER=")]);
    writeFileSync(join(folder, "spacer.tgz"), "");
    expect(run("").stdout).toMatch(/^install .* \.\/spacer\.tgz\n$/);
  });

  test("secrets and what is not needed stay out; spacer.tgz and the sources don't", () => {
    const ignored = read(".dockerignore").split("\n");
    expect(ignored).toEqual(
      expect.arrayContaining([".git", ".env", "**/*.env", "node_modules", ".spacer", "logs"]),
    );
    for (const needed of ["app", "lib", "config", "spacer.tgz", "*.tgz", "public"]) {
      expect(ignored).not.toContain(needed);
    }
  });
});

interface Compose {
  readonly services: Record<"app" | "postgres", Service>;
  readonly volumes: Record<string, unknown>;
}

interface Service {
  readonly image: string;
  readonly environment: Record<string, string>;
  readonly env_file: string[];
  readonly ports?: string[];
  readonly volumes?: string[];
  readonly depends_on?: unknown;
  readonly healthcheck?: { readonly test: string[] };
  readonly stop_grace_period: string;
  readonly read_only?: boolean;
}

describe("compose.yaml", () => {
  const compose = () => parse(read("compose.yaml")) as Compose;

  test("PostgreSQL is there before the server, keeps its data in a volume, and nobody else reaches it", () => {
    const { services, volumes } = compose();
    const { app, postgres } = services;
    expect(app.depends_on).toEqual({ postgres: { condition: "service_healthy" } });
    expect(postgres.healthcheck?.test).toContain("pg_isready");
    const [[volume = "", path] = []] = (postgres.volumes ?? []).map((each) => each.split(":"));
    expect(volumes).toHaveProperty(volume);
    // Where the image has it since version 18.
    expect([postgres.image, path]).toEqual(["postgres:18", "/var/lib/postgresql"]);
    expect(postgres.ports).toBeUndefined();
    // Docker allows no upper case in it.
    expect(app.image).toBe("my-shop-2");
  });

  test("the server finds its topics and its database there, without a password in the file", () => {
    const { app, postgres } = compose().services;
    const { config } = parseConfig(read("config/application.yml"), app.environment);
    const url = "postgres://spacer@postgres/spacer";
    expect(config.logStorage.get("production")).toMatchObject({
      driver: "postgres",
      connString: url,
    });
    expect(app.environment["SPACER_DATABASE_CONN_STRING"]).toBe(url);
    expect([postgres.environment["POSTGRES_USER"], postgres.environment["POSTGRES_DB"]]).toEqual([
      "spacer",
      "spacer",
    ]);
    expect([app.env_file, postgres.env_file]).toEqual([
      ["deploy/production.env"],
      ["deploy/production.env"],
    ]);
    expect(read(".gitignore").split("\n")).toContain("/deploy/*.env");
    expect(read("deploy/production.env.example")).toMatch(/^POSTGRES_PASSWORD=$/m);
  });

  test("the server is not cut while it finishes what is in progress, and can change nothing", () => {
    const { app } = compose().services;
    expect(Number.parseInt(app.stop_grace_period) * 1000).toBeGreaterThan(graceOf(settings()));
    expect(app.read_only).toBe(true);
    expect(app.ports).toEqual(["127.0.0.1:3000:3000"]);
  });

  const hasCompose = spawnSync("docker", ["compose", "version"]).status === 0;
  (hasCompose ? test : test.skip)(
    `is what 'docker compose' reads${hasCompose ? "" : " (skipped: it is not installed)"}`,
    () => {
      cli.write("My_Shop.2/deploy/production.env", "POSTGRES_PASSWORD=x\n");
      const { status, stderr } = spawnSync("docker", ["compose", "config", "--quiet"], {
        cwd: join(cli.cwd, "My_Shop.2"),
        encoding: "utf8",
      });
      expect([status, stderr]).toEqual([0, ""]);
    },
  );
});

describe("the unit for systemd", () => {
  const PATH = "deploy/My-Shop.2.service";
  /** Values by name; of those that may come several times the last. */
  const unit = () =>
    new Map(
      [...read(PATH).matchAll(/^(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
    );

  test("runs what was built, as no user that there is, and begins again when it ended", () => {
    expect(unit().get("ExecStart")).toBe(
      "/usr/bin/env node --stack-size=3900 /opt/My-Shop.2/dist/server.mjs",
    );
    expect(unit().get("EnvironmentFile")).toBe("/etc/My-Shop.2/production.env");
    expect([unit().get("DynamicUser"), unit().get("Restart")]).toEqual(["yes", "always"]);
  });

  test("the server is not cut while it finishes what is in progress", () => {
    const seconds = Number.parseInt(unit().get("TimeoutStopSec") ?? "");
    expect(seconds * 1000).toBeGreaterThan(graceOf(settings()));
    expect(unit().get("KillMode")).toBe("mixed");
  });

  test("the stack is as large as Node is told", () => {
    const usedKib = Number(/--stack-size=(\d+)/.exec(unit().get("ExecStart") ?? "")?.[1]);
    expect(Number.parseInt(unit().get("LimitSTACK") ?? "") * 1024).toBeGreaterThan(usedKib);
  });

  const hasSystemd = existsSync("/usr/bin/systemd-analyze");
  (hasSystemd ? test : test.skip)(
    `systemd finds nothing wrong with it${hasSystemd ? "" : " (skipped: systemd-analyze is not installed)"}`,
    () => {
      const file = join(cli.cwd, "My_Shop.2", PATH);
      const verified = spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" });
      // Of other units it may complain as it likes.
      expect(verified.stderr.split("\n").filter((line) => line.includes("My-Shop"))).toEqual([]);
      const judged = spawnSync("systemd-analyze", ["security", "--offline=true", file], {
        encoding: "utf8",
      });
      const exposure = /exposure level for \S+: ([\d.]+)/.exec(judged.stdout)?.[1];
      expect(Number(exposure)).toBeLessThan(2.5);
    },
  );
});
