import { PassThrough } from "node:stream";
import { describeRequest } from "./requestLine.ts";
import { styleFor } from "./style.ts";

const plain = styleFor(new PassThrough(), {});
const entry = { status: 200, method: "GET", path: "/x", functionName: "x", durationMs: 1.26 };

test("a request is one line", () => {
  expect(describeRequest(entry, plain)).toBe("200 GET /x x 1.3 ms\n");
  const { functionName: _none, ...missing } = { ...entry, status: 404, durationMs: 1234.5 };
  expect(describeRequest(missing, plain)).toBe("404 GET /x - 1235 ms\n");
});

test("why it failed stands below it, as text", () => {
  const failure = {
    text: "app/x.lua:1: \u00c3\u00a4",
    traceback: "stack traceback:\n\tapp/x.lua:1:",
  };
  expect(describeRequest({ ...entry, status: 500, failure }, plain)).toBe(
    "500 GET /x x 1.3 ms\n    app/x.lua:1: ä\n    stack traceback:\n    \tapp/x.lua:1:\n",
  );
});

test("a place that neither message nor traceback tell is added", () => {
  const failure = { text: "malformed pattern\nx", file: "app/x.lua", line: 3 };
  expect(describeRequest({ ...entry, status: 500, failure }, plain)).toContain(
    "    malformed pattern\n    x (app/x.lua:3)\n",
  );
  const told = { ...failure, traceback: "stack traceback:\n\tapp/x.lua:3: in function" };
  expect(describeRequest({ ...entry, status: 500, failure: told }, plain)).not.toContain("(app");
});
