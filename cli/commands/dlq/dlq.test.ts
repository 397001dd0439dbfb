import { PassThrough, Writable } from "node:stream";
import { runCli } from "../../runCli.ts";
import { waitFor } from "../../context.testkit.ts";
import { openTopicsProject, type TopicsProject } from "../../topics/topicsProject.testkit.ts";

const ERROR = "app/handlers/on_event.lua:3: no such\ncustomer";

// A database is made, perhaps while much else goes on.
jest.setTimeout(60_000);

let project: TopicsProject;
/** Keys whose events can't be handled. */
let failing: Set<string>;

beforeAll(async () => {
  project = await openTopicsProject();
});

beforeEach(async () => {
  await project.renew("consumerGroup: mine", "topics: [orders, {name: visits, partitions: 1}]");
  failing = new Set(["bad", "worse"]);
  for (const key of ["bad", "good", "worse"]) {
    await project.log.append("orders", [{ key, value: `{"of": "${key}"}` }], {
      headers: { source: "web" },
    });
  }
  await project.log.append("visits", [{ key: "bad", value: "1" }]);
  const group = await serve();
  await waitFor(
    async () => (await letters()).length === 3,
    () => "no dead letters",
  );
  await group.leave();
});

afterAll(() => project.close());

const serve = () =>
  project.join("mine", ["orders", "visits"], ({ event }) =>
    failing.has(event.key) ? ERROR : undefined,
  );

const letters = () => project.log.groups.deadLetters({ group: "mine", limit: 100 });

async function idOf(topic: string, key: string): Promise<string> {
  const found = (await letters()).find(({ event }) => event.topic === topic && event.key === key);
  return found?.id ?? "none";
}

describe("list and show", () => {
  test("a table", async () => {
    const lines = (await project.run("dlq", "list")).trimEnd().split("\n");
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^ *ID {2}GIVEN UP +TOPIC +PLACE +KEY +FUNCTION +ATTEMPTS {2}ERROR$/);
    expect(lines[1]).toMatch(/ {2}handlers\/on_event {9}1 {2}app\/.*: no such\\ncustomer$/);
  });

  test("filters", async () => {
    const keys = async (...words: readonly string[]): Promise<readonly unknown[]> =>
      ((await project.json("dlq", "list", ...words)) as { event: object }[]).map(
        ({ event }) => event,
      );
    expect(await keys("--topic", "visits")).toMatchObject([{ topic: "visits", key: "bad" }]);
    expect(await keys("--key", "worse")).toMatchObject([{ topic: "orders", key: "worse" }]);
    expect(await keys("--key", "good")).toEqual([]);
    expect(await project.run("dlq", "list", "--key", "good")).toBe("no dead letters\n");
    expect(await project.fail("dlq", "list", "--group", "x")).toContain("there is no group 'x'");
    expect(await project.fail("dlq", "list", "--topic", "x")).toContain("there is no topic 'x'");
  });

  test("says when there are more", async () => {
    project.cli.clear();
    expect(await project.cli.run("dlq", "list", "-n", "2", "--project", "shop")).toBe(0);
    expect(project.cli.out.trimEnd().split("\n")).toHaveLength(3);
    expect(project.cli.err).toBe("spacer: there are more; --limit 20 shows them\n");
  });

  test("all about one", async () => {
    const id = await idOf("orders", "bad");
    const shown = await project.run("dlq", "show", id);
    expect(shown).toContain(`dead letter ${id} of group mine\n`);
    for (const line of [
      /event {5}orders \d\/0, stored at \d{4}-/,
      /key {7}bad\n/,
      /value {5}\{"of": "bad"\}\n/,
      /header {4}source=web\n/,
      /function {2}handlers\/on_event, tried once\n/,
      /error {5}app\/handlers\/on_event.lua:3: no such\\ncustomer\n/,
      /\n\n {2}stack traceback:\n {4}app\/handlers\/on_event.lua:3: in function 'main'\n$/,
    ]) {
      expect(shown).toMatch(line);
    }
    expect(await project.json("dlq", "show", id)).toMatchObject({
      id,
      group: "mine",
      event: {
        topic: "orders",
        offset: 0,
        key: "bad",
        value: { of: "bad" },
        headers: { source: "web" },
      },
      function: "handlers/on_event",
      attempts: 1,
      error: ERROR,
      traceback: expect.stringContaining("stack traceback:") as string,
      isRedriven: false,
    });
    expect(await project.fail("dlq", "show", "999")).toBe(
      "spacer: group 'mine' has no dead letter 999\n" +
        "  hint: 'spacer dlq list' shows those it has; --group chooses another group\n",
    );
  });
});

describe("redrive", () => {
  const redrive = async (...words: readonly string[]): Promise<number> => {
    project.cli.clear();
    return await project.cli.run("dlq", "redrive", ...words, "--project", "shop");
  };

  test("without anybody who could handle them", async () => {
    expect(await redrive(await idOf("orders", "bad"))).toBe(0);
    expect(project.cli.out).toBe("1 dead letter will be handled by whoever serves group mine\n");
    expect(project.cli.err).toContain("no process takes part in group 'mine' now");
    expect(await project.run("dlq", "list", "--key", "bad")).toContain("(redriven) app/");
    failing.delete("bad");
    const group = await serve();
    await waitFor(
      async () => (await letters()).length === 2,
      () => "it is still a dead letter",
    );
    await group.leave();
  });

  test("waits for what becomes of them", async () => {
    failing.delete("bad");
    const group = await serve();
    const [bad, worse] = [await idOf("orders", "bad"), await idOf("orders", "worse")];
    expect(await redrive(bad, worse, "--wait")).toBe(1);
    const lines = project.cli.out.trimEnd().split("\n");
    expect(lines.find((line) => line.startsWith(`${bad} `))).toMatch(
      / {2}orders \d\/0 {2}handled$/,
    );
    expect(lines.find((line) => line.startsWith(`${worse} `))).toMatch(
      / {2}orders \d\/\d {2}failed again: app\/.*$/,
    );
    expect(lines.at(-1)).toBe("1 handled, 1 failed again");

    failing.clear();
    expect(await redrive("--all", "--wait", "--json")).toBe(0);
    const outcome = JSON.parse(project.cli.out) as {
      handled: string[];
      failed: unknown;
      waiting: unknown;
    };
    expect(outcome.handled).toHaveLength(2);
    expect(outcome).toMatchObject({ failed: [], waiting: [] });
    expect(await letters()).toEqual([]);
    expect(await redrive("--all", "--wait")).toBe(0);
    await group.leave();
  });

  test("stops waiting at Ctrl-C", async () => {
    const controller = new AbortController();
    const context = { ...project.cli.context, signal: controller.signal };
    project.cli.clear();
    const ended = runCli(["dlq", "redrive", "--all", "--wait", "--project", "shop"], context);
    await waitFor(
      () => project.cli.err.includes("no process takes part"),
      () => "it does not wait",
    );
    controller.abort();
    expect(await ended).toBe(1);
    expect(project.cli.out).toBe("0 handled, 0 failed again, 3 still to be handled\n");
  });

  test("what there is not", async () => {
    const redriving = (...words: readonly string[]) => project.fail("dlq", "redrive", ...words);
    expect(await redriving()).toContain("spacer: 'spacer dlq redrive' needs IDs or --all\n");
    expect(await redriving("1", "--all")).toContain("takes either IDs or --all\n");
    const [letter] = await letters();
    expect(await redriving(letter?.id ?? "", "999", "x")).toContain(
      "spacer: group 'mine' has no dead letter 999, x\n",
    );
    expect((await letters()).every(({ isRedriven }) => !isRedriven)).toBe(true);
  });
});

describe("drop", () => {
  test("some", async () => {
    expect(await project.run("dlq", "drop", await idOf("visits", "bad"))).toBe(
      "1 dead letter dropped\n",
    );
    expect(await letters()).toHaveLength(2);
    expect(await project.json("dlq", "drop", "--all", "--key", "bad", "--yes")).toEqual({
      dropped: 1,
    });
    expect(await letters()).toMatchObject([{ event: { key: "worse" } }]);
  });

  test("all only when that is meant", async () => {
    expect(await project.fail("dlq", "drop", "--all")).toBe(
      "spacer: 'spacer dlq drop --all' asks before, and nobody is here to answer\n" +
        "  hint: add --yes to drop them without asking\n",
    );
    expect(await answer("n\n")).toBe(1);
    expect(await answer("")).toBe(1);
    expect(await letters()).toHaveLength(3);
    expect(await answer("y\n")).toBe(0);
    expect(await letters()).toEqual([]);
  });

  /** @param text What is typed; the terminal is closed behind it. */
  async function answer(text: string): Promise<number> {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    const written: string[] = [];
    const stderr = Object.assign(
      new Writable({
        write(piece: Buffer, _encoding, done) {
          written.push(String(piece));
          if (written.join("").endsWith("[y/N] ")) stdin.end(text);
          done();
        },
      }),
      { isTTY: true },
    );
    const context = { ...project.cli.context, stdin, stderr };
    const code = await runCli(["dlq", "drop", "--all", "--project", "shop"], context);
    expect(written.join("")).toContain("Drop 3 dead letters of group mine? [y/N] ");
    return code;
  }
});
