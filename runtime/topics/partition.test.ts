import { murmur2, partitionOf } from "./partition.ts";

/** From the test of Kafka's own implementation (org.apache.kafka.common.utils.UtilsTest). */
test.each([
  ["21", -973932308],
  ["foobar", -790332482],
  ["a-little-bit-long-string", -985981536],
  ["a-little-bit-longer-string", -1486304829],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
  ["abc", 479470107],
])("the hash of %s is Kafka's", (key, hash) => {
  expect(murmur2(key)).toBe(hash);
});

test("a hash below zero makes a partition all the same", () => {
  expect(partitionOf("21", 8)).toBe((-973932308 & 0x7fffffff) % 8);
  for (let index = 0; index < 1000; index++) {
    const partition = partitionOf(`key ${String(index)} \u00fc\u{1f600}`, 7);
    expect(partition).toBeGreaterThanOrEqual(0);
    expect(partition).toBeLessThan(7);
  }
});

test("the bytes of a key count, not its characters", () => {
  expect(murmur2("\u00fc")).not.toBe(murmur2("u"));
  expect(murmur2("")).toBe(275646681);
});
