import { jsonLine, textLine } from "./logLine.ts";
import { ServerLog } from "./serverLog.ts";

const TIME = new Date(2026, 10, 27, 7, 4, 9, 5);

test("nobody can forge a line, or talk to a terminal", () => {
  const record = {
    level: "warn",
    message: "a\r\n2026/11/27 [crit] b\u001b[2J\u009b\u2028",
  } as const;
  const text = "2026/11/27 07:04:09 [warn] a\\r\\n2026/11/27 [crit] b\\u001b[2J\\u009b\\u2028";
  expect(textLine(record, TIME)).toBe(text);
  const line = jsonLine(record, TIME);
  expect(line).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(line)).toEqual({ time: TIME.toISOString(), ...record });
});

test("what is known of an entry stands behind it", () => {
  const record = {
    level: "error",
    message: "m",
    function: "f",
    trace: "t",
    durationMs: 1.26,
    worker: 2,
    traceback: "stack:\n\tx",
  } as const;
  expect(textLine(record, TIME)).toBe(
    "2026/11/27 07:04:09 [error] m, function: f, trace: t, duration: 1.3 ms, worker: 2, stack:\\n\\tx",
  );
});

test.each([
  [undefined, ["crit", "warn", "notice"]],
  ["warn", ["crit", "warn"]],
  ["debug", ["crit", "warn", "notice", "info", "debug"]],
] as const)("from the level %s on", (logLevel, expected) => {
  let text = "";
  const log = new ServerLog({
    config: { logLevel, logFormat: "json" },
    write: (line) => (text += line),
  });
  for (const level of ["crit", "warn", "notice", "info", "debug"] as const) {
    log.write({ level, message: "x" });
  }
  const levels = text
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { level: string }).level);
  expect(levels).toEqual(expected);
});
