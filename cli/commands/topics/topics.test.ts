import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { runCli } from "../../runCli.ts";
import { waitFor } from "../../context.testkit.ts";
import { openTopicsProject, type TopicsProject } from "../../topics/topicsProject.testkit.ts";

// A database is made, perhaps while much else goes on.
jest.setTimeout(60_000);

let project: TopicsProject;

beforeAll(async () => {
  project = await openTopicsProject(
    "topics:",
    ...["orders", "fruit", "empty", "big", "copy", "imported", "repeated", "live"].map(
      (name) => `  - {name: ${name}, partitions: 4}`,
    ),
  );
  for (const [key, value] of [
    ["apple", "1"],
    ["pear", '{"sweet": true}'],
    ["apple", "[2, 3]"],
  ] as const) {
    await project.log.append("fruit", [{ key, value }], { headers: { source: "test" } });
  }
});

afterAll(() => project.close());

/** Runs a command with standard input. */
async function feed(input: string, ...words: readonly string[]): Promise<number> {
  project.cli.clear();
  const context = { ...project.cli.context, stdin: Readable.from([Buffer.from(input)]) };
  return await runCli([...words, "--project", "shop"], context);
}

const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}`;

describe("list and show", () => {
  test("topics in a table", async () => {
    const lines = (await project.run("topics", "list")).split("\n");
    expect(lines[0]).toBe("TOPIC     PARTITIONS  EVENTS  LAST EVENT");
    expect(lines.find((line) => line.startsWith("fruit"))).toMatch(
      new RegExp(`^fruit              4       3  ${TIME}$`),
    );
    expect(lines).toContain("empty              4       0  -");
  });

  test("topics as JSON", async () => {
    const topics = await project.json("topics", "list");
    expect(topics).toContainEqual({ name: "empty", partitions: 4, events: 0, lastTimestamp: null });
    expect(topics).toContainEqual({
      name: "fruit",
      partitions: 4,
      events: 3,
      lastTimestamp: expect.closeTo(Date.now() / 1000, -2) as number,
    });
  });

  test("partitions of a topic, and of groups that read it", async () => {
    const group = await project.join("readers", ["fruit"]);
    await waitFor(
      async () => (await project.log.groups.list())[0]?.lag === 0,
      () => "fruit is not handled",
    );
    const shown = await project.run("topics", "show", "fruit");
    expect(shown).toMatch(/^PARTITION {2}START {2}END {2}LAST EVENT\n {8}0 /);
    expect(shown).toMatch(/\n\ngroup readers\nPARTITION {2}COMMITTED {2}LAG {2}MEMBER\n/);
    expect(shown).toMatch(/ {10}2 {4}0 {2}test 1\n/);
    expect(await project.json("topics", "show", "fruit")).toMatchObject({
      name: "fruit",
      partitions: [{ partition: 0, start: 0 }, {}, {}, { partition: 3 }],
      groups: [
        { name: "readers", partitions: [{ partition: 0, lag: 0, member: "test 1" }, {}, {}, {}] },
      ],
    });
    await group.leave();
    expect(await project.json("topics", "show", "empty")).toMatchObject({ groups: [] });
  });

  test("a topic that is not there", async () => {
    for (const words of [["show"], ["tail"], ["export"], ["import", "-"]]) {
      const [name = "", ...rest] = words;
      expect(await project.fail("topics", name, "fruits", ...rest)).toMatch(
        /^spacer: there is no topic 'fruits'\n {2}hint: .*fruit, /,
      );
    }
  });
});

describe("tail", () => {
  test("one line for each event", async () => {
    const lines = (await project.run("topics", "tail", "fruit")).trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(new RegExp(`^${TIME}  \\d/0     apple  1  source=test$`));
    expect(lines[1]).toMatch(/ {2}pear {2}\{"sweet": true\} {2}source=test$/);
  });

  test("JSON lines", async () => {
    const out = await project.run("topics", "tail", "fruit", "--key", "apple", "-n", "1", "--json");
    expect(JSON.parse(out)).toEqual({
      partition: expect.any(Number) as number,
      offset: 1,
      key: "apple",
      value: [2, 3],
      timestamp: expect.closeTo(Date.now() / 1000, -2) as number,
      headers: { source: "test" },
    });
  });

  test("from a place on", async () => {
    expect(await project.run("topics", "tail", "fruit", "--from", "1h", "--limit", "2")).toMatch(
      /^.*\n.*\n$/,
    );
    expect(await project.run("topics", "tail", "fruit", "--from", "99")).toBe("");
    expect(await project.fail("topics", "tail", "fruit", "--from", "soon")).toContain(
      "spacer: 'soon' is no offset and no time (option '--from')",
    );
    expect(await project.fail("topics", "tail", "fruit", "--partition", "4")).toContain(
      "spacer: topic 'fruit' has no partition 4\n  hint: it has those from 0 to 3",
    );
  });

  test("follows until Ctrl-C", async () => {
    const { cli, log } = project;
    const controller = new AbortController();
    cli.clear();
    const ended = runCli(
      ["topics", "tail", "live", "--from", "0", "-f", "--json", "--project", "shop"],
      {
        ...cli.context,
        signal: controller.signal,
      },
    );
    const append = async (from: number): Promise<void> => {
      for (let index = from; index < 2000; index += 4) {
        await log.append("live", [{ key: String(from), value: String(index) }]);
      }
    };
    await Promise.all([0, 1, 2, 3].map(append));
    const lines = (): string[] => cli.out.split("\n").slice(0, -1);
    await waitFor(
      () => lines().length >= 2000,
      () => String(lines().length),
    );
    controller.abort();
    expect(await ended).toBe(0);
    const values = lines().map((line) => (JSON.parse(line) as { value: number }).value);
    expect(values.toSorted((left, right) => left - right)).toEqual(
      Array.from({ length: 2000 }, (_, index) => index),
    );
    for (const key of [0, 1, 2, 3]) {
      const own = values.filter((value) => value % 4 === key);
      expect(own).toEqual(own.toSorted((left, right) => left - right));
    }
  });
});

describe("append", () => {
  const last = async (key: string) => await project.log.latest("orders", key);

  test("a value in the command line", async () => {
    const headers = ["--header", "source=web", "--header", "a=b=c"];
    expect(
      await project.run("topics", "append", "orders", "17", '{"count": 2}', ...headers),
    ).toMatch(/^appended to orders, partition \d\n$/);
    expect(await last("17")).toMatchObject({
      value: '{"count": 2}',
      headers: { source: "web", a: "b=c" },
    });
    expect(await project.json("topics", "append", "orders", "17", "1")).toMatchObject({
      topic: "orders",
      key: "17",
    });
  });

  test("a value from standard input", async () => {
    expect(await feed('"in"\n', "topics", "append", "orders", "18")).toBe(0);
    expect(await last("18")).toMatchObject({ value: '"in"' });
    expect(await feed("2", "topics", "append", "orders", "18", "-")).toBe(0);
    expect(await last("18")).toMatchObject({ value: "2" });
  });

  test("with an idempotency key only the first one counts", async () => {
    for (const value of ["1", "2"]) {
      await project.run("topics", "append", "orders", "19", value, "--idempotency-key", "once");
    }
    expect(await last("19")).toMatchObject({ value: "1", offset: expect.any(Number) as number });
  });

  test.each([
    [["20", "tea"], "the value is no JSON: "],
    [["20", "1", "--header", "x"], "'x' is no header"],
    [["20", "-5"], "unknown option '-5'"],
    [["20", '"\\u0000"'], "the value of key '20' has a NUL character"],
    [[], "'spacer topics append' needs KEY"],
  ])("%j is refused", async (words, message) => {
    expect(await project.fail("topics", "append", "orders", ...words)).toContain(
      `spacer: ${message}`,
    );
    expect(await last("20")).toBeUndefined();
  });
});

interface Line {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: unknown;
  readonly headers: object;
}

const parseLines = (text: string): Line[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);

/** Of each key, its values and headers in order. */
function byKey(lines: readonly Line[]): ReadonlyMap<string, readonly unknown[]> {
  const found = new Map<string, unknown[]>();
  for (const { key, value, headers } of lines) {
    const values = found.get(key) ?? [];
    values.push([value, headers]);
    found.set(key, values);
  }
  return found;
}

describe("export and import", () => {
  test("10,000 events there and back", async () => {
    for (let start = 0; start < 10_000; start += 1000) {
      const events = Array.from({ length: 1000 }, (_, index) => ({
        key: `key ${String((start + index) % 97)}`,
        value: JSON.stringify({ number: start + index, text: "ä\n\u2028\u{1f600}" }),
      }));
      await project.log.append("big", events, { headers: { part: String(start / 1000) } });
    }
    expect(await project.run("topics", "export", "big", "--output", "shop/big.jsonl")).toBe(
      "10000 events of big are in shop/big.jsonl\n",
    );
    expect(await project.run("topics", "import", "copy", "shop/big.jsonl")).toBe(
      "10000 events of shop/big.jsonl are stored in copy\n",
    );
    const copy = await project.run("topics", "export", "copy");
    const original = readFileSync(join(project.root, "big.jsonl"), "utf8");
    expect(copy.split("\n")).toHaveLength(10_001);
    expect(byKey(parseLines(copy))).toEqual(byKey(parseLines(original)));
    // The same partitions, and there the same offsets.
    const places = (lines: readonly Line[]) =>
      lines.map(({ partition, offset, key }) => [partition, offset, key]);
    expect(places(parseLines(copy))).toEqual(places(parseLines(original)));
  });

  test("numbers keep their digits", async () => {
    const line = '{"key": "n", "value": [12345678901234567890.5, 1.50]}\n';
    expect(await feed(line, "topics", "import", "imported")).toBe(0);
    const out = await project.run("topics", "export", "imported", "--key", "n");
    expect(out).toContain('"value":[12345678901234567890.5, 1.50],');
  });

  test("a part of a topic", async () => {
    const lines = parseLines(
      await project.run("topics", "export", "big", "--from", "5", "--to", "7"),
    );
    expect(lines.map(({ partition, offset }) => [partition, offset])).toEqual(
      [0, 1, 2, 3].flatMap((partition) => [5, 6].map((offset) => [partition, offset])),
    );
    const ofKey = parseLines(await project.run("topics", "export", "big", "--key", "key 3"));
    expect(ofKey.map(({ value }) => (value as { number: number }).number % 97)).toEqual(
      ofKey.map(() => 3),
    );
    expect(await project.run("topics", "export", "big", "--to", "1d")).toBe("");
  });

  test.each([
    ["{", "the line is no JSON: "],
    ["[1]", "the line is no JSON object"],
    ['{"value": 1}', "'key' is missing"],
    ['{"key": 1, "value": 1}', "'key' must be a text"],
    ['{"key": "k"}', "'value' is missing"],
    ['{"key": "k", "value": 1, "headers": {"a": 1}}', "'headers' must be an object of texts"],
  ])("the line %s is named", async (line, message) => {
    const input = `{"key": "bad", "value": 1}\n\n${line}\n`;
    expect(await feed(input, "topics", "import", "imported", "-")).toBe(1);
    expect(project.cli.err).toContain(`spacer: standard input:3: ${message}`);
    expect(project.cli.err).toContain("hint: nothing is stored\n");
    expect(await project.log.latest("imported", "bad")).toBeUndefined();
  });

  test("what the log refuses is named, too", async () => {
    expect(await feed('{"key": "bad", "value": "\\u0000"}\n', "topics", "import", "imported")).toBe(
      1,
    );
    expect(project.cli.err).toContain("spacer: standard input:1: the value of key 'bad' has a NUL");
  });

  test("an import that failed is repeated without storing anything twice", async () => {
    const good = Array.from({ length: 5000 }, (_, value) =>
      JSON.stringify({
        key: `k${String(value % 7)}`,
        value,
        headers: { half: String(value >= 2500) },
      }),
    );
    const bad = good.with(4200, '{"key": "k0"}');
    const command = ["topics", "import", "repeated", "shop/in.jsonl", "--idempotency-key", "first"];
    project.cli.write("shop/in.jsonl", bad.join("\n"));
    expect(await project.fail(...command)).toBe(
      "spacer: shop/in.jsonl:4201: 'value' is missing\n" +
        "  hint: 4000 events are stored, up to line 4000: the same command stores the others\n",
    );
    expect(await project.json("topics", "list")).toContainEqual(
      expect.objectContaining({ name: "repeated", events: 4000 }),
    );
    project.cli.write("shop/in.jsonl", good.join("\n"));
    expect(await project.json(...command)).toEqual({ topic: "repeated", events: 5000 });
    await project.run(...command);
    const stored = parseLines(await project.run("topics", "export", "repeated"));
    expect(stored).toHaveLength(5000);
    expect(byKey(stored)).toEqual(byKey(parseLines(good.join("\n"))));
    // Another line than before is another event.
    project.cli.write("shop/in.jsonl", good.with(0, '{"key": "new", "value": 1}').join("\n"));
    await project.run(...command);
    expect(await project.log.latest("repeated", "new")).toBeDefined();
  });

  test("files that can't be read or written", async () => {
    expect(await project.fail("topics", "import", "imported", "none.jsonl")).toBe(
      "spacer: can't read none.jsonl: no such file or folder\n",
    );
    expect(await project.fail("topics", "import", "imported", "shop")).toContain("it is a folder");
    expect(await project.fail("topics", "export", "big", "-o", "none/big.jsonl")).toBe(
      "spacer: can't write none/big.jsonl: no such file or folder\n",
    );
  });

  test("Ctrl-C stops an import between two batches", async () => {
    const controller = new AbortController();
    const stdin = new PassThrough();
    for (let value = 0; value < 1500; value++) {
      stdin.write(`{"key": "interrupted", "value": ${String(value)}}\n`);
    }
    project.cli.clear();
    const context = { ...project.cli.context, stdin, signal: controller.signal };
    const ended = runCli(["topics", "import", "imported", "--project", "shop"], context);
    await waitFor(
      async () => (await project.log.latest("imported", "interrupted")) !== undefined,
      () => "nothing is stored",
    );
    controller.abort();
    expect(await ended).toBe(1);
    expect(project.cli.err).toBe(
      "spacer: interrupted\n  hint: 1000 events are stored, up to line 1000: import what is behind it\n",
    );
  });
});
