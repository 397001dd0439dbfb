/** What goes out when, and what becomes of failures; the database is played. */
import { Appender, type AppendCall } from "./appender.ts";

interface Sent {
  readonly id: unknown;
  /** Array literals. */
  readonly values: string;
  readonly answer: (error?: Error) => void;
}

let sent: Sent[];
let appender: Appender;

beforeEach(() => {
  sent = [];
  appender = new Appender(
    (_text, values) =>
      new Promise((resolve, reject) => {
        const answer = (error?: Error): void => {
          if (error === undefined) resolve({ rows: [{ refused: [] }] });
          else reject(error);
        };
        sent.push({ id: values[0], values: String(values[8]), answer });
      }),
  );
});

const call = (...values: readonly string[]): AppendCall => ({
  topicId: 1,
  events: values.map((value) => ({ partition: 0, keyHash: 0, key: "k", value })),
  headers: undefined,
  idempotencyKey: undefined,
});

const reported = (code: string): Error =>
  Object.assign(new Error(`error ${code}`), { code, severity: "ERROR" });

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function untilSent(count: number): Promise<void> {
  while (sent.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("one batch is on its way at a time; the next takes all that came meanwhile", async () => {
  const first = appender.append(call("1"));
  const others = [appender.append(call("2", "3")), appender.append(call('"\\'))];
  await nextTurn();
  expect(sent.map(({ values }) => values)).toEqual(['{"1"}']);
  sent[0]?.answer();
  await first;
  await nextTurn();
  expect(sent.map(({ values }) => values).slice(1)).toEqual(['{"2","3","\\"\\\\"}']);
  sent[1]?.answer();
  await Promise.all(others);
  expect(sent[0]?.id).not.toBe(sent[1]?.id);
});

test("a batch whose answer was lost is sent again with its id", async () => {
  const appended = appender.append(call("1"));
  sent[0]?.answer(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
  await untilSent(2);
  sent[1]?.answer(reported("57P01"));
  await untilSent(3);
  sent[2]?.answer();
  await appended;
  expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
});

test("what is refused is refused to who gave it", async () => {
  const first = appender.append(call("0"));
  const good = appender.append(call("1"));
  const bad = appender.append(call("no JSON"));
  sent[0]?.answer();
  await first;
  await untilSent(2);
  sent[1]?.answer(reported("22P02"));
  await untilSent(3);
  expect(sent[2]?.values).toBe('{"1"}');
  sent[2]?.answer();
  await good;
  await untilSent(4);
  sent[3]?.answer(reported("22P02"));
  await expect(bad).rejects.toMatchObject({
    name: "LogError",
    message: "the event log refuses this: error 22P02",
  });
});

test("another failure is that of the whole batch, and the next one goes on", async () => {
  const failing = [appender.append(call("1"))];
  sent[0]?.answer(reported("42P01"));
  await expect(failing[0]).rejects.toThrow("error 42P01");
  const next = appender.append(call("2"));
  sent[1]?.answer();
  await next;
  await appender.drain();
});

test("when much is waiting, a second batch goes out beside the first, and no third", async () => {
  const many = (count: number): AppendCall => call(...Array.from({ length: count }, () => "1"));
  const all = [appender.append(call("1")), appender.append(many(499))];
  await nextTurn();
  expect(sent).toHaveLength(1);
  all.push(appender.append(call("2")), appender.append(many(600)));
  await nextTurn();
  expect(sent.map(({ values }) => values.split(",").length)).toEqual([1, 500]);
  sent[1]?.answer();
  await untilSent(3);
  sent[0]?.answer();
  sent[2]?.answer();
  await Promise.all(all);
  // All is over: the next goes out at once.
  const last = appender.append(call("3"));
  expect(sent).toHaveLength(4);
  sent[3]?.answer();
  await Promise.all([last, appender.drain()]);
});

test("batches and what waits are bounded, in events and in length", async () => {
  const many = (count: number): AppendCall => call(...Array.from({ length: count }, () => "1"));
  const all = [
    appender.append(call("1")),
    ...[1500, 1500, 1500, 10].map((count) => appender.append(many(count))),
  ];
  await expect(appender.append(many(100_000))).rejects.toMatchObject({
    message: "too many events wait to be stored",
    hint: "append less at a time",
  });
  await expect(appender.append(call("x".repeat(64_000_001)))).rejects.toThrow("too many events");
  const long = [1, 2].map(() => appender.append(call("x".repeat(3_000_000))));
  for (let batch = 1; batch <= 4; batch++) {
    await untilSent(batch);
    sent[batch - 1]?.answer();
  }
  await Promise.all([...all, ...long]);
  const counts = sent.map(({ values }) => values.split(",").length);
  // Both limits count the call that goes beyond them.
  expect(counts).toEqual([1, 1500, 3000, 12]);
});
