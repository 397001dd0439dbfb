import { Gate, settleDown } from "./dispatcher.testkit.ts";
import { Breather, Turn } from "./turns.ts";

test("one runs at a time, in the order in which they came", async () => {
  const turn = new Turn();
  const gates = [new Gate(), new Gate(), new Gate()];
  const happened: string[] = [];
  const results = gates.map((gate, index) =>
    turn.run(async () => {
      happened.push(`begin ${String(index)}`);
      await gate.opened;
      happened.push(`end ${String(index)}`);
      return index;
    }),
  );
  gates[1]?.open();
  await settleDown();
  expect(happened).toEqual(["begin 0"]);
  gates[0]?.open();
  gates[2]?.open();
  expect(await Promise.all(results)).toEqual([0, 1, 2]);
  expect(happened).toEqual(["begin 0", "end 0", "begin 1", "end 1", "begin 2", "end 2"]);
});

test("one that fails holds up nobody", async () => {
  const turn = new Turn();
  const failing = turn.run(() => Promise.reject(new Error("bug")));
  const next = turn.run(() => Promise.resolve("next"));
  await expect(failing).rejects.toThrow("bug");
  expect(await next).toBe("next");
});

test("work without a break lets others run now and then", async () => {
  const breather = new Breather();
  const others = { haveRun: false };
  setImmediate(() => {
    others.haveRun = true;
  });
  // Much more than it may last.
  for (const startMs = performance.now(); performance.now() - startMs < 10_000;) {
    await breather.breathe();
    if (others.haveRun) break;
  }
  expect(others.haveRun).toBe(true);
});

test("all take the same break", async () => {
  const breather = new Breather();
  let first = breather.breathe();
  while (first === undefined) first = breather.breathe();
  expect(breather.breathe()).toBe(first);
  await first;
  expect(breather.breathe()).not.toBe(first);
});
