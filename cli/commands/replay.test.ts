/** On a PostgreSQL of the project's own: events are handled by a server, then the function is edited. */
import { runCli } from "../runCli.ts";
import { waitFor } from "../context.testkit.ts";
import { openTopicsProject, type TopicsProject } from "../topics/topicsProject.testkit.ts";

jest.setTimeout(60_000);

const SETTINGS = [
  "topics: [{name: orders, partitions: 2}, {name: totals, partitions: 1}]",
  "events: {orders: {APPEND: [{run: handlers/total, attempts: 1}]}}",
];

const TOTAL = `
  local topics = require "topics"
  return function (value, event)
    if value.count == 0 then return nil end
    if value.count < 0 then error("a negative count") end
    topics.append("totals", {[event.key] = {count = value.count}})
    return {count = value.count, what = value.what}
  end`;

let project: TopicsProject;

beforeAll(async () => {
  project = await openTopicsProject(...SETTINGS);
});

afterAll(async () => {
  await project.close();
});

beforeEach(() => {
  write("total", TOTAL);
});

function write(name: string, source: string): void {
  project.cli.write(`shop/app/handlers/${name}.lua`, source);
}

/** Runs it for the project. @returns The exit code */
async function replay(...words: readonly string[]): Promise<number> {
  project.cli.clear();
  return await project.cli.run("replay", "orders", ...words, "--project", "shop");
}

/** What it prints for programs: of each event by offset and key, and the summary. */
async function replayJson(...words: readonly string[]) {
  const code = await replay(...words, "--json");
  const lines = project.cli.out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const summary = lines.pop()?.["summary"] as Record<string, unknown>;
  const events = new Map(lines.map(({ key, partition: _, ...line }) => [String(key), line]));
  return { code, events, summary };
}

async function appendOrders(...orders: readonly (readonly [string, object])[]): Promise<void> {
  await project.log.append(
    "orders",
    orders.map(([key, value]) => ({ key, value: JSON.stringify(value) })),
    { headers: { trace: "feed" } },
  );
}

const totals = async (): Promise<readonly string[]> =>
  (await project.log.read("totals", { limit: 1000 })).map(({ key, value }) => `${key} ${value}`);

/** Lets a server handle all events. */
async function serve(): Promise<void> {
  const stop = new AbortController();
  const ended = runCli(["start", "shop", "--port", "0"], {
    ...project.cli.context,
    signal: stop.signal,
  });
  const isDone = async (): Promise<boolean> => {
    const groups = await project.log.groups.list();
    const own = groups.find(({ name }) => name === project.group);
    return own?.topics.includes("orders") === true && own.lag === 0;
  };
  try {
    await waitFor(isDone, () => project.cli.out + project.cli.err, 30_000);
  } finally {
    stop.abort();
    expect(await ended).toBe(0);
  }
}

test("there has to be something to replay to", async () => {
  expect(await project.fail("replay", "orders")).toContain("'spacer replay' needs --to FUNCTION");
  expect(await project.fail("replay", "orders", "--to", "handlers.nowhere")).toBe(
    "spacer: there is no function 'handlers.nowhere'\n" +
      "  hint: app/handlers/nowhere.lua would be its file\n",
  );
  expect(await project.fail("replay", "nowhere", "--to", "hello")).toContain(
    "there is no topic 'nowhere'",
  );
  write("broken", "return function (\n  value = 1\nend");
  expect(await project.fail("replay", "orders", "--to", "handlers/broken")).toMatch(
    /^spacer: 'handlers\/broken' can't be called: app\/handlers\/broken\.lua:2: .*'='/,
  );
  write("table", "return {}");
  expect(await project.fail("replay", "orders", "--to", "handlers/table")).toBe(
    "spacer: 'handlers/table' can't be called: it returns a table, not a function\n",
  );
  expect(await project.fail("replay", "orders", "--to", "hello", "--group", "g")).toContain(
    "option '--group' goes with --diff",
  );
  expect(await project.fail("replay", "orders", "--to", "hello", "--diff")).toContain(
    `there is no group '${project.group}'`,
  );
  expect(await project.fail("replay", "orders", "--to", "hello", "--from", "soon")).toContain(
    "'soon' is no offset and no time (option '--from')",
  );
});

describe("once a group has handled the events", () => {
  beforeAll(async () => {
    write("total", TOTAL);
    await appendOrders(
      ["ann", { what: "tea", count: 2 }],
      ["bob", { what: "tea", count: 0 }],
      ["cid", { what: "nuts", count: -1 }],
      ["dan", { what: "milk", count: 3 }],
    );
    await serve();
    expect(await totals()).toEqual(['ann {"count": 2}', 'dan {"count": 3}']);
    // Nobody has handled this one.
    await appendOrders(["eve", { what: "salt", count: 1 }]);
  });

  test("a dry run shows what would be done, and does not do it", async () => {
    expect(await replay("--to", "handlers/total", "--dry-run")).toBe(1);
    const { out } = project.cli;
    expect(out).toContain(
      [
        "  ann",
        "    returns",
        "      {",
        '        "count": 2,',
        '        "what": "tea"',
        "      }",
        "    appends",
        '      totals "ann": {',
        '        "count": 2',
        "      }",
        "",
        "",
      ].join("\n"),
    );
    expect(out).toMatch(/ {2}bob\n {4}returns\n {6}nothing\n\n/);
    expect(out).toMatch(
      / {2}cid {2}failed\n {4}app\/handlers\/total\.lua:5: a negative count\n {4}stack traceback:\n/,
    );
    expect(out).toMatch(
      /\n5 events of orders through handlers\/total: 4 done, 1 failed, 3 events would be appended\n$/,
    );
    expect(await totals()).toHaveLength(2);
  });

  test("a dry run for programs", async () => {
    const { code, events, summary } = await replayJson("--to", "handlers.total", "--dry-run");
    expect(code).toBe(1);
    expect(events.get("ann")).toEqual({
      offset: 0,
      status: "done",
      result: { count: 2, what: "tea" },
      appends: [{ topic: "totals", key: "ann", value: { count: 2 } }],
    });
    expect(events.get("bob")).toMatchObject({ status: "done", appends: [] });
    expect(events.get("bob")).not.toHaveProperty("result");
    expect(events.get("cid")).toMatchObject({
      status: "failed",
      error: "app/handlers/total.lua:5: a negative count",
    });
    expect(summary).toEqual({
      topic: "orders",
      function: "handlers/total",
      mode: "dry-run",
      total: 5,
      events: 5,
      done: 4,
      failed: 1,
      appended: 3,
      isComplete: true,
    });
    expect(
      (await replayJson("--to", "handlers/total", "--dry-run", "--limit", "2")).events.size,
    ).toBe(2);
  });

  test("the same code differs in nothing", async () => {
    expect(await replay("--to", "handlers/total", "--diff", "--until", "100")).toBe(1);
    expect(project.cli.out).toContain(
      `5 events of orders through handlers/total, compared with group ${project.group}: ` +
        "3 equal, 0 differ, 1 failed today, 1 not handled before\n",
    );
    expect(await replay("--to", "handlers/total", "--diff", "--key", "ann")).toBe(0);
    expect(project.cli.out).toBe(
      `1 event of orders through handlers/total, compared with group ${project.group}: ` +
        "1 equal, 0 differ, 0 failed today, 0 not handled before\n",
    );
    expect(await totals()).toHaveLength(2);
  });

  test("edited code differs where it does something else", async () => {
    write(
      "total",
      TOTAL.replace("what = value.what", "what = value.what, isPaid = value.count > 2"),
    );
    expect(await replay("--to", "handlers/total", "--diff", "--key", "dan")).toBe(1);
    expect(project.cli.out).toMatch(/^\d\/\d {2}dan {2}differs\n/);
    expect(project.cli.out.split("\n").slice(1)).toEqual([
      "    returns",
      "      {",
      '        "count": 3,',
      '    +   "isPaid": true,',
      '        "what": "milk"',
      "      }",
      "",
      `1 event of orders through handlers/total, compared with group ${project.group}: ` +
        "0 equal, 1 differs, 0 failed today, 0 not handled before",
      "",
    ]);

    write("total", TOTAL.replace("{count = value.count}}", "{count = value.count * 2}}"));
    const { code, events, summary } = await replayJson("--to", "handlers/total", "--diff");
    expect(code).toBe(1);
    expect(events.get("ann")).toEqual({
      offset: 0,
      status: "different",
      result: { count: 2, what: "tea" },
      appends: [{ topic: "totals", key: "ann", value: { count: 4 } }],
      before: {
        result: { count: 2, what: "tea" },
        appends: [{ topic: "totals", key: "ann", value: { count: 2 } }],
      },
    });
    expect(events.get("bob")).toMatchObject({ status: "equal", before: { appends: [] } });
    expect(events.get("eve")).toMatchObject({ status: "new", result: { count: 1 } });
    expect(summary).toMatchObject({
      group: project.group,
      equal: 1,
      different: 2,
      failed: 1,
      new: 1,
      isComplete: true,
    });
    expect(await totals()).toHaveLength(2);
  });

  test("what failed then and does not today differs", async () => {
    write("total", TOTAL.replace("value.count < 0", "false"));
    expect(await replay("--to", "handlers/total", "--diff", "--key", "cid")).toBe(1);
    expect(project.cli.out).toContain(
      "    - error: app/handlers/total.lua:5: a negative count\n    + {\n",
    );
    expect(project.cli.out).toContain('    appends\n    + totals "cid": {\n');
  });

  test("colours are for terminals", async () => {
    write("total", "return function (value) return value.count end");
    Object.assign(project.cli.context.stdout, { isTTY: true });
    try {
      expect(await replay("--to", "handlers/total", "--diff", "--key", "dan")).toBe(1);
    } finally {
      Object.assign(project.cli.context.stdout, { isTTY: undefined });
    }
    expect(project.cli.out).toContain("\u001b[32m    + 3\u001b[0m\n");
    expect(project.cli.out).toContain('\u001b[31m    -   "count": 3,\u001b[0m\n');
  });

  test("an unknown function has nothing to be compared with", async () => {
    write("other", "return function (value) return value.count end");
    expect(await replay("--to", "handlers/other", "--diff")).toBe(0);
    expect(project.cli.out).toContain("0 equal, 0 differ, 0 failed today, 5 not handled before\n");
  });

  test("calls between functions are held back, too", async () => {
    write(
      "add",
      `return function (args) return require("topics").append("totals", {x = args.n}) end`,
    );
    write(
      "caller",
      `return function (value) return require("flow").call("handlers/add", {n = value.count}) end`,
    );
    const { code, events } = await replayJson(
      "--to",
      "handlers/caller",
      "--dry-run",
      "--key",
      "dan",
    );
    expect(code).toBe(0);
    expect(events.get("dan")).toMatchObject({
      result: "ok",
      appends: [{ topic: "totals", key: "x", value: 3 }],
    });
    expect(await totals()).toHaveLength(2);
  });

  test("a function is called as triggers do, and its output stands aside", async () => {
    write(
      "tell",
      `return function (value, event)
        print(event.key)
        return {event.topic, event.attempt, event.headers.trace, event.offset, value.what}
      end`,
    );
    const { events } = await replayJson("--to", "handlers/tell", "--dry-run", "--key", "ann");
    expect(events.get("ann")).toMatchObject({ result: ["orders", 1, "feed", 0, "tea"] });
    expect(project.cli.err).toBe("ann\n");
  });

  test("parts of the topic", async () => {
    write("nothing", "return function () end");
    const count = async (...words: readonly string[]): Promise<unknown> =>
      (await replayJson("--to", "handlers/nothing", ...words)).summary["events"];
    const ends = (await project.log.partitions("orders")).map(({ end }) => end);
    expect(await count("--partition", "0")).toBe(ends[0]);
    expect(await count("--from", "1")).toBe(5 - ends.length);
    expect(await count("--until", "1")).toBe(ends.length);
    expect(await count("--from", "1h")).toBe(5);
    expect(await count("--until", "1h")).toBe(0);
    expect(await count("--key", "bob", "--concurrency", "1")).toBe(1);
  });

  test("it may end at the first error", async () => {
    write("fails", "return function () error('no') end");
    expect(await replay("--to", "handlers/fails", "--stop-on-error", "--concurrency", "1")).toBe(1);
    expect(project.cli.out).toMatch(
      /\nstopped: 1 of 5 events of orders through handlers\/fails: 0 done, 1 failed, 0 events appended\n$/,
    );
    expect(await replay("--to", "handlers/fails", "--limit", "2")).toBe(1);
    expect(project.cli.out.match(/: no\n/g)).toHaveLength(2);
    expect(project.cli.out).toContain("2 of 5 failures are shown; --limit N shows more\n");
  });

  test("Ctrl-C ends it with what it has come to", async () => {
    write("slow", "return function () print('begun'); ngx.sleep(0.3) end");
    const stop = new AbortController();
    project.cli.clear();
    const words = ["replay", "orders", "--project", "shop", "--to", "handlers/slow"];
    const ended = runCli([...words, "--concurrency", "1"], {
      ...project.cli.context,
      signal: stop.signal,
    });
    await waitFor(
      () => project.cli.err.includes("begun"),
      () => project.cli.out,
    );
    stop.abort();
    expect(await ended).toBe(130);
    expect(project.cli.out).toBe(
      "stopped: 1 of 5 events of orders through handlers/slow: 1 done, 0 failed, 0 events appended\n",
    );
  });

  test("progress is for terminals", async () => {
    write("nothing", "return function () print('said') end");
    Object.assign(project.cli.context.stderr, { isTTY: true });
    try {
      expect(await replay("--to", "handlers/nothing")).toBe(0);
    } finally {
      Object.assign(project.cli.context.stderr, { isTTY: undefined });
    }
    expect(project.cli.err).toMatch(/\d of 5 events, \d+(\.\d)?\/s, \d+ s left/);
    expect(project.cli.err).toContain("said\n");
  });

  test("without --dry-run it is really done, for what was there when it began", async () => {
    write(
      "echo",
      `local topics = require "topics"
       return function (value, event)
         topics.append("orders", {[event.key] = {what = "echo", count = 0}})
       end`,
    );
    expect(await replay("--to", "handlers/echo")).toBe(0);
    expect(project.cli.out).toBe(
      "5 events of orders through handlers/echo: 5 done, 0 failed, 5 events appended\n",
    );
    const [last] = (await project.log.read("orders", { key: "ann", limit: 10 })).slice(-1);
    expect(last).toMatchObject({
      value: '{"what": "echo", "count": 0}',
      headers: { producer: "handlers/echo", trace: "feed" },
    });
    // The group is where it was.
    const group = await project.log.groups.describe(project.group);
    expect(group?.partitions.reduce((sum, { committed }) => sum + committed, 0)).toBe(4);
  });
});
