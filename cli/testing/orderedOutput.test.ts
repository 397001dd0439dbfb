import { OrderedOutput } from "./orderedOutput.ts";

function record(count: number) {
  const written: string[] = [];
  const output = new OrderedOutput(
    {
      begin: (index) => written.push(`begin ${String(index)}`),
      out: (text) => written.push(text),
      error: (text) => written.push(`error ${text}`),
      end: (index) => written.push(`end ${String(index)}`),
    },
    count,
  );
  return { output, written };
}

test("the first file is shown as it writes, others when their turn has come", () => {
  const { output, written } = record(3);
  output.of(1).out("b1");
  output.of(0).out("a1");
  output.of(2).error("c1");
  expect(written).toEqual(["begin 0", "a1"]);
  output.end(2);
  output.end(0);
  expect(written.slice(2)).toEqual(["end 0", "begin 1", "b1"]);
  output.of(1).out("b2");
  expect(written.at(-1)).toBe("b2");
  output.end(1);
  expect(written.slice(6)).toEqual(["end 1", "begin 2", "error c1", "end 2"]);
});

test("what both streams of a file got stays in its order", () => {
  const { output, written } = record(2);
  const second = output.of(1);
  second.out("1");
  second.error("2");
  second.out("3");
  output.end(0);
  expect(written).toEqual(["begin 0", "end 0", "begin 1", "1", "error 2", "3"]);
});
