import { createSettler, type Settler } from "./settle.ts";

let content: string | undefined;
let reports: (string | undefined)[];
let settler: Settler;

beforeEach(() => {
  jest.useFakeTimers();
  content = "old";
  reports = [];
  settler = createSettler({
    known: new Map([["a", "old"]]),
    read: () => content,
    isPlausible: (_path, text) => text !== undefined && text !== "" && text !== "broken",
    onSettled: (contents) => {
      reports.push(...contents.values());
    },
  });
});

afterEach(() => {
  settler.close();
  jest.useRealTimers();
});

test("a save is reported once", () => {
  content = "new";
  settler.hint("a");
  settler.hint("a");
  jest.advanceTimersByTime(1000);
  expect(reports).toEqual(["new"]);
});

test("a file that is empty while it is written is reported when it is complete", () => {
  content = "";
  settler.hint("a");
  jest.advanceTimersByTime(10);
  content = "broken";
  jest.advanceTimersByTime(10);
  content = "whole";
  jest.advanceTimersByTime(1000);
  expect(reports).toEqual(["whole"]);
});

test("a second save without a hint is not lost", () => {
  content = "first";
  settler.hint("a");
  jest.advanceTimersByTime(40);
  content = "second";
  jest.advanceTimersByTime(1000);
  expect(reports).toEqual(["first", "second"]);
});

test("a content that returns within a burst is reported when it was another before", () => {
  settler.hint("a");
  jest.advanceTimersByTime(30);
  content = "other";
  jest.advanceTimersByTime(30);
  content = "old";
  jest.advanceTimersByTime(1000);
  expect(reports).toEqual(["other", "old"]);
});

test("a save without a change is not reported", () => {
  settler.hint("a");
  jest.advanceTimersByTime(1000);
  settler.hint("a");
  jest.advanceTimersByTime(1000);
  expect(reports).toEqual([]);
});

test("a removed file is reported", () => {
  settler.hint("a");
  jest.advanceTimersByTime(1000);
  content = undefined;
  settler.hint("a");
  jest.advanceTimersByTime(1000);
  expect(reports).toEqual([undefined]);
});

test("nothing is looked at when nothing is pending", () => {
  settler.hint("a");
  jest.advanceTimersByTime(1000);
  expect(jest.getTimerCount()).toBe(0);
});

test("what can't be a finished save is reported when it lasts", () => {
  for (const text of ["", "broken", undefined]) {
    reports = [];
    content = text;
    settler.hint("a");
    jest.advanceTimersByTime(35);
    expect(reports).toEqual([]);
    jest.advanceTimersByTime(1000);
    expect(reports).toEqual([text]);
  }
});

test("a finished save is reported in the same turn", () => {
  content = "new";
  settler.hint("a");
  expect(reports).toEqual(["new"]);
});

test("a file that never stops changing is reported, and no more when closed", () => {
  for (let turn = 0; turn < 100; turn++) {
    content = String(turn);
    settler.hint("a");
    jest.advanceTimersByTime(5);
  }
  expect(reports.at(-1)).toBe("99");
  settler.close();
  content = "after";
  settler.hint("a");
  jest.advanceTimersByTime(1000);
  expect(reports.at(-1)).toBe("99");
});

test("files that are touched together are reported together", () => {
  const together: number[] = [];
  const texts = new Map<string, string>();
  const burst = createSettler({
    read: (path) => texts.get(path),
    isPlausible: () => true,
    onSettled: (contents) => together.push(contents.size),
  });
  for (let file = 0; file < 100; file++) {
    texts.set(String(file), "new");
    burst.hint(String(file));
    jest.advanceTimersByTime(3);
  }
  jest.advanceTimersByTime(1000);
  burst.close();
  // The first few are taken for single saves.
  expect(together.length).toBeLessThan(10);
  expect(together.at(-1)).toBeGreaterThan(90);
});

test("a burst without an end holds nothing back for long", () => {
  const reportedAtMs: number[] = [];
  const texts = new Map<string, string>();
  const burst = createSettler({
    read: (path) => texts.get(path),
    isPlausible: () => true,
    onSettled: () => reportedAtMs.push(performance.now()),
  });
  const beganAtMs = performance.now();
  for (let file = 0; file < 500; file++) {
    texts.set(String(file), "new");
    burst.hint(String(file));
    jest.advanceTimersByTime(10);
  }
  burst.close();
  const pauses = reportedAtMs.map((atMs, at) => atMs - (reportedAtMs[at - 1] ?? beganAtMs));
  expect(Math.max(...pauses)).toBeLessThan(600);
});

test("tells when nothing is left to look at", () => {
  let quietCount = 0;
  const watched = createSettler({
    read: () => content,
    isPlausible: () => true,
    onSettled: () => undefined,
    onQuiet: () => quietCount++,
  });
  watched.hint("a");
  jest.advanceTimersByTime(200);
  expect(quietCount).toBe(0);
  jest.advanceTimersByTime(1000);
  watched.close();
  expect(quietCount).toBe(1);
});
