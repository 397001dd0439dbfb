import { createSettler, type Settler } from "./settle.ts";

let content: string | undefined;
let reports: (string | undefined)[];
let settler: Settler;

beforeEach(() => {
  jest.useFakeTimers();
  content = "old";
  reports = [];
  settler = createSettler({
    fingerprint: () => content,
    onSettled: () => {
      reports.push(content);
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
  content = "half";
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
  expect(reports).toEqual(["old", "other", "old"]);
});

test("a save without a change is not reported", () => {
  settler.hint("a");
  jest.advanceTimersByTime(1000);
  settler.hint("a");
  jest.advanceTimersByTime(1000);
  expect(reports).toEqual(["old"]);
});

test("a removed file is reported", () => {
  settler.hint("a");
  jest.advanceTimersByTime(1000);
  content = undefined;
  settler.hint("a");
  jest.advanceTimersByTime(1000);
  expect(reports).toEqual(["old", undefined]);
});

test("nothing is looked at when nothing is pending", () => {
  settler.hint("a");
  jest.advanceTimersByTime(1000);
  expect(jest.getTimerCount()).toBe(0);
});

test("a file that never stops changing is not reported half written, and stops when closed", () => {
  settler.hint("a");
  for (let turn = 0; turn < 100; turn++) {
    content = String(turn);
    jest.advanceTimersByTime(5);
  }
  expect(reports).toEqual([]);
  settler.close();
  jest.advanceTimersByTime(1000);
  expect(reports).toEqual([]);
});
