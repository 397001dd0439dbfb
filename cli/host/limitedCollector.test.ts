import { limitCollector } from "./limitedCollector.ts";

/** A collector whose collections take as long as `durationMs` says. */
function createCollector() {
  const state = { nowMs: 0, durationMs: 0, count: 0, released: 0 };
  const collector = limitCollector(
    {
      memoryBytes: () => 1,
      collect: () => {
        state.count++;
        state.nowMs += state.durationMs;
      },
      releaseWeakTargets: () => {
        state.released++;
      },
    },
    { nowMs: () => state.nowMs },
  );
  return { state, collector };
}

test("the first collection takes place, the next one a second later", () => {
  const { state, collector } = createCollector();
  for (state.nowMs = 100; state.nowMs < 1100; state.nowMs += 10) collector.collect();
  expect(state.count).toBe(1);
  collector.collect();
  expect(state.count).toBe(2);
});

test("long ones are further apart", () => {
  const { state, collector } = createCollector();
  state.durationMs = 50;
  collector.collect();
  state.nowMs += 4999;
  collector.collect();
  expect(state.count).toBe(1);
  state.nowMs += 1;
  collector.collect();
  expect(state.count).toBe(2);
});

test("all else is as before", () => {
  const { state, collector } = createCollector();
  collector.collect();
  collector.releaseWeakTargets();
  expect([collector.memoryBytes(), state.released]).toEqual([1, 1]);
});
