import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { describeInBrowser, startBrowser } from "../chromium.testkit.ts";
import { createTestCli, type TestCli } from "../context.testkit.ts";
import type { Analysis, NodeFigures } from "./analysis.ts";

interface LoggedCall {
  readonly trace?: string;
  readonly parent?: string;
  readonly id: string;
  readonly name: string;
  readonly status?: number;
  /** In milliseconds. */
  readonly start?: number;
  readonly takes: number;
}

const BEGIN_MS = 1795451392000;

function line({ trace = "t", parent = "-", id, name, status = 200, start = 0, takes }: LoggedCall) {
  const end = ((BEGIN_MS + start + takes) / 1000).toFixed(6);
  return (
    `[${String(status)}] ["23/Nov/2026:16:29:52 +0000" ${end}] GET /x 30 ${name} @${(takes / 1000).toFixed(6)} - ` +
    `%${trace}/${parent}/${id}% ["-" "curl/8.0" 127.0.0.1 -]`
  );
}

let cli: TestCli;

beforeEach(() => {
  cli = createTestCli();
  cli.write("p/app/gateway.lua", "return {}");
});

afterEach(() => {
  cli.dispose();
});

function writeLog(calls: readonly (LoggedCall | string)[], path = "p/logs/access.log"): void {
  const lines = calls.map((call) => (typeof call === "string" ? call : line(call)));
  cli.write(path, lines.map((text) => `${text}\n`).join(""));
}

async function analyze(name: string, ...words: string[]): Promise<Analysis> {
  cli.clear();
  const code = await cli.run("analyze", "p", name, "--json", ...words);
  expect([code, cli.err]).toEqual([0, expect.not.stringContaining("hint")]);
  return JSON.parse(cli.out) as Analysis;
}

/** "a 2x1.5 (b ...)" */
function shape({ name, count, meanMs, children }: NodeFigures): string {
  const below = children.length === 0 ? "" : ` (${children.map(shape).join(", ")})`;
  return `${name} ${String(count)}x${String(meanMs)}${below}`;
}

test("spans are grouped by function below the names above them, and need not be in order", async () => {
  writeLog([
    { id: "a1", parent: "r1", name: "a", start: 1, takes: 4 },
    { id: "b1", parent: "a1", name: "b", start: 2, takes: 0.25 },
    { id: "r1", name: "root", takes: 10 },
    { id: "b2", parent: "r1", name: "b", start: 6, takes: 2 },
    { trace: "u", id: "r1", parent: "elsewhere", name: "root", start: 100, takes: 20 },
    { trace: "u", id: "a2", parent: "r1", name: "a", start: 101, takes: 2 },
    { trace: "other", id: "a9", name: "a", takes: 1000 },
  ]);
  const found = await analyze("root");
  expect(shape(found.tree)).toBe("root 2x15 (a 2x3 (b 1x0.25), b 1x2)");
  expect(found).toMatchObject({
    lineCount: 7,
    malformedCount: 0,
    traceCount: 2,
    callCount: 2,
    spanCount: 6,
    from: BEGIN_MS / 1000,
    to: (BEGIN_MS + 100) / 1000,
  });
  expect(found.tree).toMatchObject({ p50Ms: 10, p90Ms: 20, maxMs: 20, ownMs: (4 + 18) / 2 });
  expect(found.groups.map(({ name, count }) => [name, count])).toEqual([
    ["root", 2],
    ["a", 2],
    ["b", 2],
  ]);
  // Not only from the first span of a trace on.
  expect(shape((await analyze("a")).tree)).toBe("a 3x335.333 (b 1x0.25)");
});

test("percentiles are of durations that there were", async () => {
  writeLog(
    Array.from({ length: 200 }, (_, index) => ({
      trace: `t${String(index)}`,
      id: "s",
      name: "f",
      status: index < 3 ? 500 : 200,
      takes: 200 - index,
    })),
  );
  expect((await analyze("f")).tree).toMatchObject({
    count: 200,
    errorCount: 3,
    meanMs: 100.5,
    p50Ms: 100,
    p90Ms: 180,
    p99Ms: 198,
    maxMs: 200,
  });
});

test("calls within calls of the same function count once, and so does time at the same time", async () => {
  writeLog([
    { id: "1", name: "f", takes: 10 },
    { id: "2", parent: "1", name: "f", start: 1, takes: 6 },
    { id: "3", parent: "1", name: "g", start: 2, takes: 6 },
    // An event that is handled later.
    { id: "4", parent: "1", name: "h", start: 9, takes: 100 },
  ]);
  const { tree, callCount, spanCount } = await analyze("f");
  expect([callCount, spanCount]).toEqual([1, 4]);
  expect(shape(tree)).toBe("f 1x10 (h 1x100, f 1x6, g 1x6)");
  expect(tree.ownMs).toBe(2);
});

test("the slowest calls come first, with their spans as they began", async () => {
  writeLog(
    Array.from({ length: 30 }, (_, index) => [
      { trace: `t${String(index)}`, id: "s", name: "f", start: index, takes: index + 1 },
      {
        trace: `t${String(index)}`,
        id: "c",
        parent: "s",
        name: "c",
        start: index + 0.5,
        takes: 0.5,
      },
      {
        trace: `t${String(index)}`,
        id: "b",
        parent: "s",
        name: "b",
        start: index + 0.25,
        takes: 0.1,
      },
    ]).flat(),
  );
  const { slowest } = await analyze("f");
  expect(slowest.map(({ durationMs }) => durationMs)).toEqual([
    30, 29, 28, 27, 26, 25, 24, 23, 22, 21,
  ]);
  expect(slowest[0]).toEqual({
    traceId: "t29",
    at: (BEGIN_MS + 29) / 1000,
    status: 200,
    durationMs: 30,
    spans: [
      { name: "f", depth: 0, status: 200, startMs: 0, durationMs: 30 },
      { name: "b", depth: 1, status: 200, startMs: 0.25, durationMs: 0.1 },
      { name: "c", depth: 1, status: 200, startMs: 0.5, durationMs: 0.5 },
    ],
  });
});

test("traces that nobody made end, too: spans that are their own parents, and endless ones", async () => {
  writeLog([
    { id: "1", parent: "2", name: "f", takes: 1 },
    { id: "2", parent: "1", name: "f", takes: 1 },
  ]);
  expect(await cli.run("analyze", "p", "f")).toBe(1);
  expect(cli.err).toContain("the spans of 'f' in the log name one another as parents");
  writeLog([
    { id: "1", parent: "1", name: "f", takes: 1 },
    ...Array.from({ length: 5000 }, (_, index) => ({
      id: `x${String(index)}`,
      parent: index === 0 ? "1" : `x${String(index - 1)}`,
      name: "x",
      takes: 1,
    })),
  ]);
  expect(await analyze("f")).toMatchObject({ callCount: 1, spanCount: 101, isCut: true });
});

test("lines that are none are counted and told", async () => {
  writeLog([
    "hello",
    { id: "1", name: "f", takes: 1 },
    "",
    `${line({ id: "2", name: "f", takes: 1 })}x`,
  ]);
  expect(await analyze("f")).toMatchObject({ callCount: 1, malformedCount: 2 });
  expect(cli.err).toBe(
    "spacer: 2 of 4 lines are none of an access log; the first is logs/access.log:1\n",
  );
});

test("other logs than that of the project, each once", async () => {
  writeLog([{ trace: "t", id: "1", name: "f", takes: 1 }], "old.log");
  writeLog([{ trace: "t", id: "2", parent: "1", name: "g", takes: 1 }], "new.log");
  const words = ["--log", "old.log", "--log", "new.log", "--log", "./old.log"];
  expect(shape((await analyze("f", ...words)).tree)).toBe("f 1x1 (g 1x1)");
});

test.each([
  [
    ["p", "f"],
    "there is no log yet: logs/access.log\n  hint: 'spacer dev' and 'spacer start' write it",
  ],
  [["p", "f", "--log", "none.log"], "there is no file none.log"],
  [["p", "f", "--log", "p"], "can't read p: it is no file"],
  [["q", "f"], "there is no folder q"],
  [["p"], "FUNCTION"],
])("%j is told what is wrong", async (words, problem) => {
  expect(await cli.run("analyze", ...words)).toBe(1);
  expect(cli.err).toContain(problem);
});

test("a function that was not called, with what may be meant", async () => {
  writeLog([
    { id: "1", name: "controllers/users/get", takes: 1 },
    { id: "2", name: "-", status: 404, takes: 1 },
  ]);
  expect(await cli.run("analyze", "p", "controllers/user/get")).toBe(1);
  expect(cli.err).toBe(
    "spacer: the log has no call of 'controllers/user/get'\n  hint: did you mean 'controllers/users/get'?\n",
  );
  cli.clear();
  expect(await cli.run("analyze", "p", "zzz")).toBe(1);
  expect(cli.err).toContain("hint: it has: controllers/users/get\n");
  cli.clear();
  writeLog([]);
  expect(await cli.run("analyze", "p", "f")).toBe(1);
  expect(cli.err).toContain("nothing was called yet: the log is empty");
});

test("names with spaces and other letters", async () => {
  writeLog([{ id: "1", name: "a\\x20b\\xC3\\xA4", takes: 1 }]);
  expect((await analyze("a bä")).tree.name).toBe("a bä");
});

test("a page goes to temp/, or where one says", async () => {
  writeLog([{ id: "1", name: "f", takes: 0.012 }]);
  expect(await cli.run("analyze", "p", "f")).toBe(0);
  expect(cli.out).toBe(
    "f: 1 call, 1 span; p50 12 µs, p90 12 µs, p99 12 µs\nwrote p/temp/flamegraph.html\n",
  );
  expect(await cli.run("analyze", "p", "f", "-o", "pages/f.html")).toBe(0);
  const page = readFileSync(join(cli.cwd, "pages/f.html"), "utf8");
  expect(page).toBe(readFileSync(join(cli.cwd, "p/temp/flamegraph.html"), "utf8"));
  expect(page).not.toMatch(/(?:src|href)=|url\(|@import|https?:/);
});

const EVIL = [
  '"><script>document.title="hacked"</script>',
  "</script><script>document.title='hacked'</script>",
  "<img src=x onerror=document.title='hacked'>",
  "a\u202eb\u0000",
];

function escaped(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
}

describeInBrowser("in a browser", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await startBrowser();
  });

  afterAll(() => browser.close());

  test("the page shows all, runs without a network, and hostile names are but text", async () => {
    writeLog([
      { trace: escaped(EVIL[0] ?? ""), id: "r", name: "f", takes: 10 },
      ...EVIL.map((name, index) => ({
        trace: escaped(EVIL[0] ?? ""),
        id: `e${String(index)}`,
        parent: "r",
        name: escaped(name),
        start: index,
        takes: 0.01,
      })),
      { trace: escaped(EVIL[0] ?? ""), id: "g", parent: "r", name: "g", start: 5, takes: 4 },
      { trace: escaped(EVIL[0] ?? ""), id: "h", parent: "g", name: "h", start: 6, takes: 0.5 },
    ]);
    expect(await cli.run("analyze", "p", "f", "-o", "f.html")).toBe(0);
    const page = await browser.newPage();
    const problems: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("request", (request) => requests.push(request.url()));
    const url = pathToFileURL(join(cli.cwd, "f.html")).href;
    await page.goto(url);
    expect(await page.title()).toBe("f: where its time goes");
    const frames = page.locator("#flame .frame");
    expect(await frames.count()).toBe(7);
    // Also what takes a thousandth of the time.
    for (const frame of await frames.all()) {
      expect((await frame.boundingBox())?.width).toBeGreaterThanOrEqual(1);
    }
    expect(await page.locator("tbody tr").count()).toBe(7);
    expect(await page.locator("body").innerText()).toContain(EVIL[2]);
    const whole = (await frames.first().boundingBox())?.width ?? 0;
    const g = page.locator('#flame .frame[aria-label^="f → g:"]');
    await g.click();
    expect((await g.boundingBox())?.width).toBeCloseTo(whole, -1);
    expect(await page.locator("#detail").innerText()).toContain("mean 4.00 ms, own 3.50 ms");
    expect(await frames.filter({ visible: true }).count()).toBe(3);
    await page.keyboard.press("Escape");
    expect(await frames.filter({ visible: true }).count()).toBe(7);
    expect(problems).toEqual([]);
    expect(requests).toEqual([url]);
    await page.close();
  });
});
