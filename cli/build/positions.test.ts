import { NumberReader, numberText } from "../bundled/numbers.ts";
import {
  CHUNK_SCRIPT,
  NO_SCRIPT,
  PositionTable,
  readRows,
  RESUME_SCRIPT,
  type PositionRow,
} from "../bundled/positions.ts";
import { positionText, rowsText } from "./positionTable.ts";

test("numbers come back as they were written", () => {
  const numbers = [0, 1, -1, 15, 16, -16, 31, 32, 1023, 1024, -123_456_789, 2 ** 30 - 1];
  const reader = new NumberReader(numbers.map(numberText).join(""));
  expect(numbers.map(() => reader.next())).toEqual(numbers);
  expect(reader.hasMore).toBe(false);
  expect(() => reader.next()).toThrow("damaged");
});

const PLAIN: PositionRow[] = [
  { line: 1, column: 1, script: CHUNK_SCRIPT, emitted: 1 },
  { line: 8, column: 1, script: NO_SCRIPT, emitted: 0 },
];
const SMALL: PositionRow[] = [
  { line: 0, column: 5, script: RESUME_SCRIPT, emitted: 7 },
  { line: 0, column: 50, script: RESUME_SCRIPT, emitted: 9 },
  { line: 0, column: 90, script: NO_SCRIPT, emitted: 0 },
];

test("rows come back as they were written", () => {
  for (const rows of [PLAIN, SMALL, []]) expect(readRows(rowsText(rows))).toEqual(rows);
});

test("a row holds until the next one, and lines below it count on", () => {
  const table = new PositionTable(
    positionText([
      { line: 2, rows: rowsText(PLAIN) },
      { line: 11, rows: "" },
      { line: 12, rows: rowsText(SMALL) },
    ]),
  );
  expect(table.find(1, 1)).toBeUndefined();
  expect(table.find(2, 99)).toBeUndefined();
  expect(table.find(3, 1)).toEqual({ chunkIndex: 0, isResume: false, line: 1 });
  expect(table.find(9, 40)).toEqual({ chunkIndex: 0, isResume: false, line: 7 });
  expect(table.find(10, 1)).toBeUndefined();
  expect(table.find(11, 1)).toBeUndefined();
  expect(table.find(12, 4)).toBeUndefined();
  expect(table.find(12, 49)).toEqual({ chunkIndex: 2, isResume: true, line: 7 });
  expect(table.find(12, 50)).toEqual({ chunkIndex: 2, isResume: true, line: 9 });
  expect(table.find(99, 1)).toBeUndefined();
  expect(new PositionTable("").find(1, 1)).toBeUndefined();
});
