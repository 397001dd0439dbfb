import { MemoryLog } from "../../../runtime/topics/index.ts";
import { RecordedLog } from "./recordedLog.ts";

async function appended(use: (log: RecordedLog["storage"]) => Promise<void>) {
  const recorded = new RecordedLog(new MemoryLog([{ name: "t", partitions: 4 }]));
  await use(recorded.storage);
  return (await recorded.events("t")).map(({ key, value }) => `${key}=${value}`);
}

const event = (key: string, value: string) => ({ key, value });

test("events of all partitions come in the order of the appends", async () => {
  const keys = Array.from({ length: 50 }, (_, index) => `k${String((index * 7) % 10)}`);
  const events = await appended(async (log) => {
    for (const [index, key] of keys.entries()) await log.append("t", [event(key, String(index))]);
  });
  expect(events).toEqual(keys.map((key, index) => `${key}=${String(index)}`));
});

test("appends that had no effect are left out", async () => {
  const events = await appended(async (log) => {
    await log.append("t", [event("a", "1")], { idempotencyKey: "x" });
    await log.append("t", [event("a", "2"), event("b", "2")], { idempotencyKey: "x" });
    await log.append("t", [event("b", "3"), event("a", "4")]);
  });
  expect([...events].sort()).toEqual(["a=1", "a=4", "b=3"]);
  expect(events[0]).toBe("a=1");
});

test("a refused append is not remembered", async () => {
  const events = await appended(async (log) => {
    await expect(log.append("t", [event("a\0", "1")])).rejects.toThrow("NUL");
    await log.append("t", [event("b", "1")]);
  });
  expect(events).toEqual(["b=1"]);
});
