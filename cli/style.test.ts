import { PassThrough } from "node:stream";
import { styleFor } from "./style.ts";

const terminal = Object.assign(new PassThrough(), { isTTY: true });
const RED = "\u001b[31mx\u001b[0m";

test("a terminal gets colours", () => {
  expect(styleFor(terminal, {}).red("x")).toBe(RED);
  expect(styleFor(terminal, { NO_COLOR: "" }).red("x")).toBe(RED);
});

test("nothing else does, nor a terminal that asks not to", () => {
  expect(styleFor(new PassThrough(), {}).red("x")).toBe("x");
  expect(styleFor(terminal, { NO_COLOR: "1" }).red("x")).toBe("x");
  expect(styleFor(terminal, { TERM: "dumb" }).red("x")).toBe("x");
});
