import { Writable } from "node:stream";
import { OutputBatch } from "./outputBatch.ts";

let written: string[];
let batch: OutputBatch;

function stream(name: string): Writable {
  return new Writable({
    write(piece: Buffer, _encoding, done) {
      written.push(`${name}:${piece.toString("latin1")}`);
      done();
    },
  });
}

beforeEach(() => {
  written = [];
  batch = new OutputBatch(stream("out"), stream("error"));
});

afterEach(() => {
  batch.close();
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("what is written in one turn of the event loop is one piece", async () => {
  batch.out("one\n");
  await Promise.resolve();
  batch.out("two\n");
  expect(written).toEqual([]);
  await turn();
  expect(written).toEqual(["out:one\ntwo\n"]);
  batch.out("three\n");
  await turn();
  expect(written).toEqual(["out:one\ntwo\n", "out:three\n"]);
});

test("the two streams keep their order", async () => {
  batch.out("1");
  batch.out("2");
  batch.error("3");
  batch.out("4");
  await turn();
  expect(written).toEqual(["out:12", "error:3", "out:4"]);
});

test("text is UTF-8, the bytes of programs stay as they are", () => {
  batch.out("ä");
  batch.files().stdout.write("\xff\xe4");
  batch.files().stderr.write("\xfe");
  batch.flush();
  expect(written).toEqual(["out:\xc3\xa4\xff\xe4", "error:\xfe"]);
});

test("much output is not kept", () => {
  batch.out("x".repeat(2 ** 20));
  expect(written).toHaveLength(1);
});

test("closing writes what is pending, and leaves nothing behind in the process", () => {
  const listeners = process.listenerCount("exit");
  const another = new OutputBatch(stream("out"), stream("error"));
  expect(process.listenerCount("exit")).toBe(listeners + 1);
  another.out("last");
  another.close();
  expect(written).toEqual(["out:last"]);
  expect(process.listenerCount("exit")).toBe(listeners);
});
