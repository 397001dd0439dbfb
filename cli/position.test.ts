import { parseGoal, parsePosition } from "./position.ts";

const NOW_MS = Date.UTC(2026, 10, 26, 12);

const timeOf = (text: string): number | undefined => {
  const position = parsePosition(text, "--from", NOW_MS);
  return position.kind === "time" ? position.timestampMs : undefined;
};

test.each([
  ["0", 0],
  ["17", 17],
  ["9007199254740991", Number.MAX_SAFE_INTEGER],
])("%s is an offset", (text, offset) => {
  expect(parsePosition(text, "--from")).toEqual({ kind: "offset", offset });
});

test.each([
  ["500ms", 500],
  ["30s", 30_000],
  ["15min", 15 * 60_000],
  ["1.5h", 90 * 60_000],
  ["3d", 3 * 24 * 3_600_000],
])("%s is an age", (text, ageMs) => {
  expect(timeOf(text)).toBe(NOW_MS - ageMs);
});

test.each([
  ["2026-11-26T12:00Z", Date.UTC(2026, 10, 26, 12)],
  ["2026-11-26T12:00:05.1239Z", Date.UTC(2026, 10, 26, 12, 0, 5, 123)],
  ["2026-11-26T12:00:05.1+02:30", Date.UTC(2026, 10, 26, 9, 30, 5, 100)],
  ["2026-11-26T12:00-01:00", Date.UTC(2026, 10, 26, 13)],
  // Of this machine's zone.
  ["2026-11-26", new Date(2026, 10, 26).getTime()],
  ["2026-11-26T12:00", new Date(2026, 10, 26, 12).getTime()],
  ["2026-11-26 12:00:05.007", new Date(2026, 10, 26, 12, 0, 5, 7).getTime()],
])("%s is a time", (text, timestampMs) => {
  expect(timeOf(text)).toBe(timestampMs);
});

test.each([
  "",
  "-1",
  "1.5",
  "9007199254740993",
  "yesterday",
  "15 min",
  "15m",
  "2026-02-30",
  "2026-13-01",
  "2026-11-26T24:00",
  "2026-11-26T12:60",
  "2026-11-26T12",
  "2026-11-26T12:00+99:99",
  "latest",
])("'%s' is neither", (text) => {
  expect(() => parsePosition(text, "--from")).toThrow(
    `'${text}' is no offset and no time (option '--from')`,
  );
});

test("a goal may also be an end of the log", () => {
  expect(parseGoal("earliest", "--to")).toEqual({ kind: "earliest" });
  expect(parseGoal("latest", "--to")).toEqual({ kind: "latest" });
  expect(parseGoal("3", "--to")).toEqual({ kind: "offset", offset: 3 });
  expect(() => parseGoal("first", "--to")).toThrow("'first' is no offset and no time");
});
