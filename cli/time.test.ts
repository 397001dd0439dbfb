import { parsePosition } from "./position.ts";
import { formatTime } from "./time.ts";

test("times are shown as options read them", () => {
  for (const month of [0, 6]) {
    const timestampMs = new Date(2026, month, 26, 1, 2, 3, 4).getTime();
    const text = formatTime(timestampMs);
    expect(text).toBe(`2026-0${String(month + 1)}-26T01:02:03.004`);
    expect(parsePosition(text, "--from")).toEqual({ kind: "time", timestampMs });
  }
});
