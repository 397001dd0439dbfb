/**
 * A project with triggers, as processes of `spacer dev`, `spacer start` and what `spacer build` makes: everything is killed, and nothing is
 * lost. The development server has a PostgreSQL of its own, the others share one of this file.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { queryAgain } from "./embeddedPostgres/embeddedPostgres.testkit.ts";
import { openEmbeddedPostgres, type EmbeddedPostgres } from "./embeddedPostgres/index.ts";
import { waitFor } from "./context.testkit.ts";
import {
  append,
  connStringOf,
  createTriggerProject,
  hasDatabase,
  killDatabase,
  untilMails,
  type TriggerProject,
} from "./triggersEndToEnd.testkit.ts";
import type { Way } from "./ways.testkit.ts";

jest.setTimeout(120_000);

const WAYS = ["dev", "start", "bundle"] as const;

let postgres: EmbeddedPostgres;
/** Where its data are. */
let shared: string;
const projects = new Map<Way, TriggerProject>();

beforeAll(async () => {
  shared = mkdtempSync(join(tmpdir(), "spacer-triggers-"));
  chmodSync(shared, 0o755);
  postgres = await openEmbeddedPostgres({ root: shared });
  const connString = connStringOf(postgres.connection);
  for (const way of WAYS) projects.set(way, await createTriggerProject(way, connString));
});

afterAll(async () => {
  for (const project of projects.values()) await project.dispose();
  await postgres.close();
  rmSync(shared, { recursive: true, force: true });
});

function projectOf(way: Way): TriggerProject {
  const project = projects.get(way);
  if (project === undefined) throw new Error(`there is no project for ${way}`);
  return project;
}

describe("after kill -9 of everything all goes on, and can be replayed", () => {
  test.each(WAYS)("%s", async (way) => {
    const { cli, serve, writeHandler } = projectOf(way);
    const database = way === "dev" ? join(cli.cwd, "shop") : shared;
    const first = await serve();
    expect(await append(first, "orders", { id: "1", what: "tea" })).toBe('{"data":"ok"}');
    await untilMails(first, "bought tea");
    expect(await append(first, "orders", { id: "2", what: "coffee" })).toBe('{"data":"ok"}');
    expect(hasDatabase(database)).toBe(true);
    await Promise.all([first.kill(), killDatabase(database)]);
    // Whose it is starts it again.
    if (way !== "dev") await queryAgain(postgres.connection, "SELECT");
    const second = await serve();
    await untilMails(second, "bought coffee, bought tea");
    expect(await append(second, "orders", { id: "3", what: "milk" })).toBe('{"data":"ok"}');
    await untilMails(second, "bought coffee, bought milk, bought tea");
    writeHandler("sold");
    const replay = (...options: readonly string[]): Promise<number> =>
      cli.run("replay", "orders", "--to", "confirm", "--project", "shop", ...options);
    expect(await replay("--diff")).toBe(1);
    expect(cli.out).toContain('"sold tea"');
    // That was only looked at.
    await untilMails(second, "bought coffee, bought milk, bought tea");
    expect(await replay()).toBe(0);
    const sold = "sold coffee, sold milk, sold tea";
    await untilMails(second, `bought coffee, bought milk, bought tea, ${sold}`);
    await second.kill();
  });
});

describe("an event that kills the process becomes a dead letter, and others are handled", () => {
  /** At the same time, as most of it is waiting until others believe that a process is dead. */
  const runs = new Map<Way, Promise<string>>();

  beforeAll(() => {
    for (const way of WAYS) {
      const run = killByEvents(projectOf(way));
      run.catch(() => undefined); // Its test tells.
      runs.set(way, run);
    }
  });

  afterAll(async () => {
    await Promise.allSettled(runs.values());
  });

  test.each(WAYS)("%s", async (way) => {
    expect(await runs.get(way)).toContain("the process ended while this event was being handled");
  });
});

/** @returns The dead letters. */
async function killByEvents({ cli, serve }: TriggerProject): Promise<string> {
  let server = await serve();
  for (const [id, what] of ["tea", "coffee", "poison", "milk", "juice"].entries()) {
    // It may be dead by now.
    await append(server, "jobs", { id: String(id), what }).catch(() => undefined);
  }
  // At first nobody knows whose fault it is, then which events were being handled; then it is tried alone, so often as the
  // settings say.
  for (let deaths = 1; deaths <= 4; deaths++) {
    expect(await server.ended).toBe("SIGKILL");
    server = await serve();
  }
  await waitFor(() => server.output().includes("a dead letter"), server.output, 20_000);
  for (const [id, what] of ["water", "wine"].entries())
    await append(server, "jobs", { id: `${String(id)}'`, what });
  const areHandled = async () => {
    const mails = await (await fetch(`${server.url}/mails`)).text();
    return ["tea", "coffee", "water", "wine"].every((what) => mails.includes(`did ${what}`));
  };
  await waitFor(areHandled, server.output, 20_000);
  cli.clear();
  expect(await cli.run("dlq", "list", "--project", "shop", "--json")).toBe(0);
  await server.kill();
  return cli.out;
}
