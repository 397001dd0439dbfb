import { CircuitBreaker } from "./circuitBreaker.ts";

let breaker: CircuitBreaker;
let halfOpened = 0;

beforeEach(() => {
  jest.useFakeTimers();
  halfOpened = 0;
  breaker = new CircuitBreaker(() => {
    halfOpened++;
  });
});

afterEach(() => {
  breaker.stop();
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

const fail = (count: number, isFirstAttempt = true): readonly boolean[] =>
  Array.from({ length: count }, () => breaker.failed(isFirstAttempt));

const succeed = (count: number): readonly boolean[] =>
  Array.from({ length: count }, () => breaker.succeeded());

test("opens when most of the last events failed, and there were enough of them", () => {
  expect(fail(9)).not.toContain(true);
  expect(breaker.state).toBe("closed");
  expect(fail(1)).toEqual([true]);
  expect(breaker.state).toBe("open");
  // Those that were begun before.
  expect(fail(5)).not.toContain(true);
});

test("half of them is not most", () => {
  succeed(10);
  expect(fail(10)).not.toContain(true);
  expect(breaker.state).toBe("closed");
  expect(fail(1)).toEqual([true]);
});

test("forgets what is long ago", () => {
  succeed(100);
  expect(fail(10)).not.toContain(true);
  expect(fail(1)).toEqual([true]);
});

test("later attempts do not open it", () => {
  succeed(5);
  expect(fail(50, false)).not.toContain(true);
  expect(breaker.state).toBe("closed");
});

test("tries after a pause, which grows", () => {
  fail(10);
  for (const pauseMs of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    jest.advanceTimersByTime(pauseMs - 1);
    expect(breaker.state).toBe("open");
    jest.advanceTimersByTime(1);
    expect(breaker.state).toBe("half-open");
    expect(breaker.failed(false)).toBe(false);
    expect(breaker.state).toBe("open");
  }
  expect(halfOpened).toBe(7);
});

test("closes at the first success, and begins anew", () => {
  fail(10);
  jest.advanceTimersByTime(1000);
  fail(1);
  jest.advanceTimersByTime(2000);
  expect(succeed(2)).toEqual([true, false]);
  expect(breaker.state).toBe("closed");
  expect(fail(8)).not.toContain(true);
  expect(fail(1)).toEqual([true]);
  jest.advanceTimersByTime(1000);
  expect(breaker.state).toBe("half-open");
});

test("tries now when it is told to", () => {
  breaker.tryNow();
  expect(breaker.state).toBe("closed");
  fail(10);
  jest.advanceTimersByTime(1000);
  fail(1);
  breaker.tryNow();
  expect([breaker.state, halfOpened]).toEqual(["half-open", 2]);
  breaker.tryNow();
  expect(halfOpened).toBe(2);
  fail(1);
  jest.advanceTimersByTime(1000);
  expect(halfOpened).toBe(3);
});
