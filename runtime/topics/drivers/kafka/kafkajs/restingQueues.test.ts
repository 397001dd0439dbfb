/** With the queue of kafkajs itself. */
import { setTimeout as delay } from "node:timers/promises";
import type { KafkajsRequestQueue } from "./internals.ts";
import { letRest } from "./restingQueues.ts";

interface RequestQueue extends KafkajsRequestQueue {
  push(request: {
    readonly entry: { readonly correlationId: number; readonly resolve: () => void };
    readonly expectResponse: boolean;
    readonly sendRequest: () => void;
  }): void;
  fulfillRequest(response: { readonly correlationId: number }): void;
  maybeThrottle(durationMs: number): void;
  destroy(): void;
}

const KafkajsQueue = jest.requireActual<new (options: object) => RequestQueue>(
  "kafkajs/src/network/requestQueue",
);

let queue: RequestQueue;
let sent: number[];
let timerDelays: (number | undefined)[];

beforeEach(() => {
  const logger = { debug: () => undefined, warn: () => undefined };
  queue = new KafkajsQueue({ maxInFlightRequests: 1, requestTimeout: 1000, logger });
  sent = [];
  timerDelays = [];
  const { setTimeout } = globalThis;
  jest.spyOn(globalThis, "setTimeout").mockImplementation((run: () => void, delayMs?: number) => {
    timerDelays.push(delayMs);
    return setTimeout(run, delayMs);
  });
});

afterEach(() => {
  queue.destroy();
  jest.restoreAllMocks();
});

function send(correlationId: number): void {
  queue.push({
    entry: { correlationId, resolve: () => undefined },
    expectResponse: true,
    sendRequest: () => sent.push(correlationId),
  });
}

/** Also to what nobody has asked. */
function answer(correlationId: number): void {
  queue.fulfillRequest({ correlationId });
}

test("kafkajs alone never rests (once it does, this module can go)", () => {
  answer(0);
  expect(timerDelays).toEqual([expect.any(Number)]);
  expect(timerDelays[0]).toBeLessThan(0);
});

test("a queue with nothing in it sets no timer", () => {
  letRest(queue);
  answer(0);
  queue.maybeThrottle(50);
  answer(0);
  expect(timerDelays).toEqual([]);
});

test("what was held back goes out when a broker no longer wants us to wait", async () => {
  letRest(queue);
  queue.maybeThrottle(50);
  send(1);
  expect(sent).toEqual([]);
  await delay(200);
  expect(sent).toEqual([1]);
  expect(queue.pending).toEqual([]);
  // A timer may fire a millisecond before its time by the clock of the day: what has to wait is then looked at twice.
  const timersThatWereNeeded = timerDelays.length;
  await delay(50);
  expect(timerDelays).toHaveLength(timersThatWereNeeded);
});

test("what waits for another one follows it", () => {
  letRest(queue);
  send(0);
  send(1);
  expect(sent).toEqual([0]);
  answer(0);
  expect(sent).toEqual([0, 1]);
});
