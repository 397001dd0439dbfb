import { createGarbageCollector } from "./garbageCollector.ts";

const collector = createGarbageCollector();

/** A function of its own, so that no variable of the test's holds the target. */
function readReference(): WeakRef<object> {
  const reference = new WeakRef({});
  expect(reference.deref()).toBeDefined();
  return reference;
}

test("a collection clears WeakRefs that were read in the same job", () => {
  const reference = readReference();
  collector.collect();
  expect(reference.deref()).toBeUndefined();
});

test("no microtask of the program runs meanwhile", () => {
  let hasRun = false as boolean;
  queueMicrotask(() => {
    hasRun = true;
  });
  collector.releaseWeakTargets();
  collector.collect();
  expect(hasRun).toBe(false);
});

/** What is in use as long as there are many values. */
function memoryWithValues(): number {
  const values = Array.from({ length: 100_000 }, (_, index) => [index]);
  collector.collect();
  const bytes = collector.memoryBytes();
  expect(values).toHaveLength(100_000);
  return bytes;
}

test("what is given up counts no more", () => {
  collector.collect();
  const before = collector.memoryBytes();
  const full = memoryWithValues();
  collector.collect();
  expect(full - before).toBeGreaterThan(1_000_000);
  expect(full - collector.memoryBytes()).toBeGreaterThan(1_000_000);
  expect(before).toBeGreaterThan(0);
});
