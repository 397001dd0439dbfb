import { PassThrough } from "node:stream";
import { WorkerOutput } from "./workerOutput.ts";

test("lines of several workers do not mix", () => {
  const target = new PassThrough();
  const output = new WorkerOutput(target);
  const [one, other] = [{}, {}];
  output.take(one, Buffer.from("first of"));
  output.take(other, Buffer.from("another\nhalf"));
  output.take(one, Buffer.from(" one\nsecond of one\n"));
  output.end(other);
  expect(String(target.read())).toBe("another\nfirst of one\nsecond of one\nhalf\n");
});
