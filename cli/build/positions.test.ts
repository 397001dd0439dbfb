import { NumberReader, numberText } from "../bundled/numbers.ts";
import { NO_SCRIPT, PositionTable, scriptNumber } from "../bundled/positions.ts";
import { positionText } from "./positionTable.ts";

test("numbers come back as they were written", () => {
  const numbers = [0, 1, -1, 15, 16, -16, 31, 32, 1023, 1024, -123_456_789, 2 ** 30 - 1];
  const reader = new NumberReader(numbers.map(numberText).join(""));
  expect(numbers.map(() => reader.next())).toEqual(numbers);
  expect(reader.hasMore).toBe(false);
  expect(() => reader.next()).toThrow("damaged");
});

test("a row holds until the next one, and lines below it count on", () => {
  const table = new PositionTable(
    positionText([
      { line: 3, column: 1, script: scriptNumber(0, false), emitted: 1 },
      { line: 10, column: 1, script: NO_SCRIPT, emitted: 0 },
      { line: 12, column: 5, script: scriptNumber(4, true), emitted: 7 },
      { line: 12, column: 50, script: scriptNumber(4, true), emitted: 9 },
      { line: 12, column: 90, script: NO_SCRIPT, emitted: 0 },
    ]),
  );
  expect(table.find(2, 99)).toBeUndefined();
  expect(table.find(3, 1)).toEqual({ chunkIndex: 0, isResume: false, line: 1 });
  expect(table.find(9, 40)).toEqual({ chunkIndex: 0, isResume: false, line: 7 });
  expect(table.find(11, 1)).toBeUndefined();
  expect(table.find(12, 4)).toBeUndefined();
  expect(table.find(12, 49)).toEqual({ chunkIndex: 4, isResume: true, line: 7 });
  expect(table.find(12, 50)).toEqual({ chunkIndex: 4, isResume: true, line: 9 });
  expect(table.find(99, 1)).toBeUndefined();
});
