import { PassThrough } from "node:stream";
import { createProgress } from "./progress.ts";

test("a terminal shows how far it has come, now and then", () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true });
  let nowMs = 0;
  const progress = createProgress(stream, () => nowMs);
  for (nowMs = 0; nowMs < 250; nowMs += 50) progress.update(`at ${String(nowMs)}`);
  progress.clear();
  progress.clear();
  expect(String(stream.read())).toBe("\r\u001b[Kat 0\r\u001b[Kat 100\r\u001b[Kat 200\r\u001b[K");
});

test("nothing else does", () => {
  const stream = new PassThrough();
  const progress = createProgress(stream);
  progress.update("at 0");
  progress.clear();
  expect(stream.read()).toBeNull();
});
