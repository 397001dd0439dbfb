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

jest.setTimeout(120_000);

let postgres: EmbeddedPostgres;
/** Where its data are. */
let shared: string;

beforeAll(async () => {
  shared = mkdtempSync(join(tmpdir(), "spacer-triggers-"));
  chmodSync(shared, 0o755);
  postgres = await openEmbeddedPostgres({ root: shared });
});

afterAll(async () => {
  await postgres.close();
  rmSync(shared, { recursive: true, force: true });
});

describe.each(["dev", "start", "bundle"] as const)("%s", (way) => {
  let project: TriggerProject;
  let database: string;

  beforeAll(async () => {
    project = await createTriggerProject(way, connStringOf(postgres.connection));
    database = way === "dev" ? join(project.cli.cwd, "shop") : shared;
  });

  afterAll(async () => {
    await project.dispose();
  });

  test("after kill -9 of everything all goes on, and can be replayed", async () => {
    const { cli, serve, writeHandler } = project;
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

  test("an event that kills the process becomes a dead letter, and others are handled", async () => {
    const { cli, serve } = project;
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
    await waitFor(
      () => server.output().includes("a dead letter"),
      () => server.output(),
      20_000,
    );
    for (const [id, what] of ["water", "wine"].entries())
      await append(server, "jobs", { id: `${String(id)}'`, what });
    await waitFor(
      async () => {
        const mails = await (await fetch(`${server.url}/mails`)).text();
        return ["tea", "coffee", "water", "wine"].every((what) => mails.includes(`did ${what}`));
      },
      () => server.output(),
      20_000,
    );
    cli.clear();
    expect(await cli.run("dlq", "list", "--project", "shop", "--json")).toBe(0);
    expect(cli.out).toContain("the process ended while this event was being handled");
    await server.kill();
  });
});
