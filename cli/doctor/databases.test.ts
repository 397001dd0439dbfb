/** What the doctor says of databases: of servers that are there, and of those that refuse or are not. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestCli, type TestCli } from "../context.testkit.ts";
import {
  createTestProject,
  query,
  type TestProject,
} from "../embeddedPostgres/embeddedPostgres.testkit.ts";
import type { NamedFinding } from "./check.ts";
import { diagnose } from "./index.ts";
import type { Machine } from "./machine.ts";
import { createTestMachine, type TestMachine } from "./machine.testkit.ts";

const SETTINGS = "spacerVersion: 1\nappName: shop\ngateway: { port: 0, admin: false }\n";

let cli: TestCli;
let machine: TestMachine;
let postgres: TestProject;
/** Of the server, without user and database. */
let socket: string;

beforeAll(async () => {
  postgres = createTestProject();
  const { connection } = await postgres.open();
  socket = encodeURIComponent(connection.host ?? "");
  await query(connection, "CREATE ROLE guest LOGIN");
  await query(connection, "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
  await query(connection, "CREATE DATABASE frozen");
  await query(connection, "ALTER DATABASE frozen SET default_transaction_read_only = on");
}, 60_000);

afterAll(async () => {
  expect(await postgres.dispose()).toBeUndefined();
});

beforeEach(() => {
  cli = createTestCli();
  machine = createTestMachine();
  cli.write("app/gateway.lua", "return {}\n");
});

afterEach(() => {
  cli.dispose();
  machine.dispose();
});

/** Findings of some checks with these settings. */
async function look(
  settings: string,
  environment: string,
  changes: Partial<Machine> = {},
): Promise<NamedFinding[]> {
  cli.write("config/application.yml", SETTINGS + settings);
  const { env } = cli.context;
  const findings = await diagnose({
    root: cli.cwd,
    environment,
    env,
    machine: { ...machine, ...changes },
  });
  const about = ["settings", "topics", "database", "own PostgreSQL"];
  return findings.filter(
    ({ check, level }) => about.includes(check) && (check !== "settings" || level !== "ok"),
  );
}

const url = (user: string, database: string) => `postgres://${user}@${socket}/${database}`;
const topicsAt = (connString: string) =>
  `topics: [orders]\nlogStorage: { live: { driver: postgres, connString: "${connString}" } }\n` +
  "database: { live: { connString: postgres://x@192.0.2.1:1/none } }\n";

/** Of the topics alone: the database can't be reached. */
async function lookAtTopics(connString: string): Promise<NamedFinding[]> {
  const database = `database: { live: { connString: "${url("spacer", "postgres")}" } }\n`;
  const settings = topicsAt(connString).replace(/^database.*\n/m, database);
  return (await look(settings, "live")).filter(({ check }) => check === "topics");
}

describe("topics in PostgreSQL", () => {
  test("a server that is as it should be", async () => {
    expect(await lookAtTopics(url("spacer", "postgres"))).toEqual([
      {
        check: "topics",
        level: "ok",
        message: expect.stringMatching(
          /^in PostgreSQL 18\.\d+, without the schema spacer_shop yet$/,
        ) as string,
      },
    ]);
  });

  test.each([
    ["nobody", "postgres", /PostgreSQL refuses: role "nobody" does not exist/, /user and password/],
    ["spacer", "nothing", /PostgreSQL refuses: database "nothing" does not exist/, /createdb/],
    ["guest", "postgres", /the user may not make the schema spacer_shop$/, /GRANT CREATE/],
    ["spacer", "frozen", /takes no changes there/, /not one that follows/],
  ])("as %s in %s", async (user, database, message, hint) => {
    expect(await lookAtTopics(url(user, database))).toEqual([
      {
        check: "topics",
        level: "problem",
        message: expect.stringMatching(message) as string,
        hint: expect.stringMatching(hint) as string,
      },
    ]);
  });

  test("a database that has not all characters", async () => {
    expect(await lookAtTopics(url("spacer", "latin"))).toMatchObject([
      { level: "warning", message: expect.stringMatching(/stores text as LATIN1/) as string },
    ]);
  });

  test("a clock that differs from that of the server", async () => {
    const changes = { nowMs: () => Date.now() - 60_000 };
    const database = `database: { live: { connString: "${url("spacer", "postgres")}" } }\n`;
    expect(await look(database, "live", changes)).toMatchObject([
      {
        check: "database",
        level: "warning",
        message: "the clock of its machine is 60 s ahead of the one here",
      },
    ]);
  });

  test.each([
    ["postgres://x@127.0.0.1:1/x", /no PostgreSQL answers at 127\.0\.0\.1, port 1$/],
    ["postgres://x@%2Fnowhere/x", /no PostgreSQL answers at the socket in \/nowhere$/],
    ["postgres://x@host.invalid/x", /there is no host host\.invalid$/],
    ["a b c", /is no URL$/],
  ])("%s", async (connString, message) => {
    expect(await lookAtTopics(connString)).toEqual([
      {
        check: "topics",
        level: "problem",
        message: expect.stringMatching(message) as string,
        hint: expect.any(String) as string,
      },
    ]);
  });
});

test("functions may want more connections than there are", async () => {
  const database = `database: { live: { connString: "${url("spacer", "postgres")}", pool: { max: 50 } } }\n`;
  expect(await look(`workers: { count: 4 }\n${database}`, "live")).toMatchObject([
    {
      check: "database",
      level: "warning",
      message: expect.stringMatching(
        /^4 processes with 50 connections each .* than the 100 of/,
      ) as string,
    },
  ]);
  expect(await look(database, "live")).toMatchObject([{ check: "database", level: "ok" }]);
});

describe("production", () => {
  test("has no PostgreSQL of its own", async () => {
    expect(await look("topics: [orders]\n", "production")).toMatchObject([
      { check: "topics", level: "problem", hint: expect.stringContaining("connString") as string },
      {
        check: "database",
        level: "warning",
        hint: expect.stringContaining("CONN_STRING") as string,
      },
    ]);
  });
});

describe("Kafka", () => {
  const kafka = (brokers: string) =>
    `topics: [a]\nlogStorage: { live: { driver: kafka, brokers: "${brokers}" } }\ndatabase: { live: { connString: "${url("spacer", "postgres")}" } }\n`;

  test("servers that can't be reached", async () => {
    const findings = await look(kafka("127.0.0.1:1"), "live");
    expect(findings.filter(({ check }) => check === "topics")).toEqual([
      {
        check: "topics",
        level: "problem",
        message: expect.stringMatching(
          /brokers: 127\.0\.0\.1:1 can't be reached: .*ECONNREFUSED/,
        ) as string,
        hint: expect.stringContaining("start Kafka") as string,
      },
    ]);
  });

  test("without kafkajs", async () => {
    const changes = { packageVersion: (name: string) => (name === "kafkajs" ? undefined : "1") };
    expect((await look(kafka("127.0.0.1:1"), "live", changes))[0]).toEqual({
      check: "topics",
      level: "problem",
      message: "logStorage.live is Kafka, and kafkajs is not installed",
      hint: expect.stringMatching(/^npm install kafkajs@\d/) as string,
    });
  });
});

describe("a PostgreSQL of its own", () => {
  const lookFor = async (changes: Partial<Machine["surroundings"]>, topics = "[orders]") =>
    await look(`topics: ${topics}\n`, "development", {
      surroundings: { ...machine.surroundings, ...changes },
    });

  test("is fine here; nothing is made", async () => {
    expect(await lookFor({ uid: 0 })).toEqual([
      {
        check: "own PostgreSQL",
        level: "ok",
        message: expect.stringMatching(
          /^version 18, no data yet, runs as user \d+ because root/,
        ) as string,
      },
    ]);
  });

  test("does not come for this platform, or is not installed", async () => {
    expect(await lookFor({ platform: "aix" })).toMatchObject([
      {
        level: "problem",
        message: expect.stringMatching(/no PostgreSQL .* for aix-x64$/) as string,
      },
    ]);
    expect(await lookFor({ findPackage: () => undefined })).toMatchObject([
      { level: "problem", hint: expect.stringContaining("--omit=optional") as string },
    ]);
    // Without topics, only functions that use `db` need it.
    expect(await lookFor({ findPackage: () => undefined }, "[]")).toMatchObject([
      { level: "warning", message: expect.stringMatching(/^functions can't use db: /) as string },
    ]);
  });

  test("has data of another version", async () => {
    const data = join(cli.cwd, ".spacer/postgres");
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, "PG_VERSION"), "17\n");
    expect(await lookFor({})).toMatchObject([
      {
        level: "problem",
        message: expect.stringMatching(/is of PostgreSQL 17, and spacer/) as string,
      },
    ]);
  });
});
