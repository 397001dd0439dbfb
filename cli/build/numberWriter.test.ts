import { NumberReader, numberText } from "../bundled/numbers.ts";
import { NumberWriter } from "./numberWriter.ts";

const LARGEST = 2 ** 30 - 1;
const EDGES = [0, 15, 16, 511, 512, 16_383, 16_384, 33_554_431, LARGEST].flatMap((n) => [n, -n]);

test("writes what numberText does, and what is read again", () => {
  const writer = new NumberWriter();
  const numbers = Array.from({ length: 3000 }, () => EDGES).flat();
  for (const number of numbers) writer.write(number);
  const text = writer.text();
  expect(text).toBe(numbers.map(numberText).join(""));
  const reader = new NumberReader(text);
  expect(numbers.find((number) => reader.next() !== number)).toBeUndefined();
  expect(reader.hasMore).toBe(false);
});

test("begins anew when it is told to", () => {
  const writer = new NumberWriter();
  writer.write(1);
  expect(writer.text()).toBe(numberText(1));
  writer.begin();
  writer.write(2);
  expect(writer.text()).toBe(numberText(2));
  writer.begin();
  expect(writer.text()).toBe("");
});
