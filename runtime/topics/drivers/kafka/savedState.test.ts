import { decodeState, encodeState, MAX_BYTES, type SavedState } from "./savedState.ts";

const EMPTY: SavedState = {
  committed: 1000,
  settled: [],
  begunTo: undefined,
  attempts: new Map(),
  lettersFrom: undefined,
  letterAttempts: new Map(),
};

test("all that fits comes back", () => {
  const state: SavedState = {
    committed: 1000,
    settled: [
      [1001, 1002],
      [1005, 2000],
      [5_000_000, 5_000_001],
    ],
    begunTo: 1500,
    attempts: new Map([
      [1000, { handler: "orders.add", attempts: 2 }],
      [1003, { handler: "orders.\u00e4dd", attempts: 1 }],
    ]),
    lettersFrom: 17,
    letterAttempts: new Map([[17, { handler: "orders.add", attempts: 4 }]]),
  };
  expect(decodeState(1000, encodeState(state))).toEqual(state);
  expect(decodeState(1000, encodeState(EMPTY))).toEqual(EMPTY);
});

test("where there is too little room the farthest are left out", () => {
  const state: SavedState = {
    ...EMPTY,
    settled: Array.from({ length: 3000 }, (_, index) => [1001 + 2 * index, 1002 + 2 * index]),
    begunTo: 9000,
    attempts: new Map(
      Array.from({ length: 300 }, (_, index) => [
        1000 + 2 * index,
        { handler: `handlers.\u00fc${String(index)}`, attempts: 3 },
      ]),
    ),
  };
  const text = encodeState(state);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_BYTES);
  const { settled, attempts, begunTo } = decodeState(1000, text);
  expect(begunTo).toBe(9000);
  expect(settled.length).toBeGreaterThan(500);
  expect(settled).toEqual(state.settled.slice(0, settled.length));
  expect(attempts.size).toBeGreaterThan(30);
  expect([...attempts]).toEqual([...state.attempts].slice(0, attempts.size));
});

test("what others wrote there says nothing", () => {
  for (const text of ["", "offset of the batch", "17", "null", "[]"]) {
    expect(decodeState(1000, text)).toEqual(EMPTY);
  }
});
