import { nodeClock } from "./nodeClock.ts";

afterEach(() => {
  jest.useRealTimers();
});

test("what is due at once has its turn in order, and behind what is due already", async () => {
  const order: string[] = [];
  const add = (name: string) => () => order.push(name);
  await new Promise<void>((resolve) => {
    nodeClock.after(0, add("a"), false);
    const cancel = nodeClock.after(0, add("wrong"), false);
    nodeClock.after(-5, add("b"), true);
    nodeClock.after(0, resolve, false);
    void Promise.resolve().then(add("promise"));
    cancel();
    order.push("begin");
  });
  expect(order).toEqual(["begin", "promise", "a", "b"]);
});

test("delays are longer than Node's timers can take", () => {
  jest.useFakeTimers();
  const monthMs = 30 * 24 * 3600 * 1000;
  let calls = 0;
  const count = () => calls++;
  nodeClock.after(monthMs, count, false);
  const cancelForever = nodeClock.after(Infinity, count, true);
  const cancel = nodeClock.after(3 * monthMs, count, true);
  jest.advanceTimersByTime(monthMs - 1);
  expect(calls).toBe(0);
  jest.advanceTimersByTime(1);
  expect(calls).toBe(1);
  cancel();
  jest.advanceTimersByTime(12 * monthMs);
  expect(calls).toBe(1);
  cancelForever();
  expect(jest.getTimerCount()).toBe(0);
});
