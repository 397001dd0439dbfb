import { PassThrough } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { Invocation } from "../../runtime/index.ts";
import { styleFor } from "../style.ts";
import { OutputLines } from "./outputLines.ts";

let shown: string;
let lines: OutputLines;

beforeEach(() => {
  shown = "";
  lines = new OutputLines(styleFor(new PassThrough(), {}));
});

const take = (bytes: string) => {
  shown += bytes;
};

function call(functionName: string | undefined, outer?: Invocation): Invocation {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- no more of it is read
  return { functionName, outer } as Invocation;
}

test("each line says whose it is, by the number of the request and the function", () => {
  const [first, second] = [call("a"), call("b")];
  lines.write("one\n", first, take);
  lines.write("two\nlines\n", second, take);
  lines.write("\n", first, take);
  lines.write("three\n", call("c", first), take);
  expect(shown).toBe("#1 a | one\n#2 b | two\n#2 b | lines\n#1 a | \n#1 c | three\n");
});

test("lines that are written in parts are kept together", () => {
  const [first, second] = [call("a"), call("b")];
  lines.write("1", first, take);
  lines.write("2", second, take);
  lines.write("1\t", first, take);
  lines.write("2\n", second, take);
  lines.write("1\n1", first, take);
  lines.write("\n", first, take);
  expect(shown).toBe("#1 b | 22\n#2 a | 11\t1\n#2 a | 1\n");
});

test("the streams have lines of their own", () => {
  let errors = "";
  const request = call("a");
  lines.write("out", request, take);
  lines.write("error\n", request, (bytes) => {
    errors += bytes;
  });
  lines.write("\n", request, take);
  expect([shown, errors]).toEqual(["#1 a | out\n", "#1 a | error\n"]);
});

test("what a request has begun is shown when it ends", () => {
  const [first, second] = [call("a"), call("b")];
  lines.write("of a", first, take);
  lines.write("of what a calls", call("c", first), take);
  lines.write("of b", second, take);
  lines.end(first);
  expect(shown).toBe("#1 a | of a\n#1 c | of what a calls\n");
  lines.flush();
  expect(shown).toBe("#1 a | of a\n#1 c | of what a calls\n#2 b | of b\n");
});

test("a line that is not completed is shown after a moment", async () => {
  lines.write("half", call("a"), take);
  await delay(50);
  expect(shown).toBe("");
  await delay(300);
  expect(shown).toBe("#1 a | half\n");
});

test("a line that does not end is shown in parts", () => {
  lines.write("x".repeat(100_000), call("a"), take);
  expect(shown).toBe(`#1 a | ${"x".repeat(100_000)}\n`);
});

test("what belongs to no request has no tag", () => {
  lines.write("of the gateway file\n", call(undefined), take);
  lines.write("of a timer\n", undefined, take);
  expect(shown).toBe("of the gateway file\nof a timer\n");
});

test("bytes stay as they are", () => {
  lines.write("\xff\r\n\u0085\n", call("\xc3\xa4"), take);
  expect(shown).toBe("#1 \xc3\xa4 | \xff\r\n#1 \xc3\xa4 | \u0085\n");
});

test("only a request that printed something has a label", () => {
  const [silent, printing] = [call("a"), call("b")];
  lines.write("x\n", printing, take);
  expect([lines.labelOf(silent), lines.labelOf(printing)]).toEqual([undefined, "#1"]);
});
