import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { styleFor } from "../style.ts";
import {
  describeBroken,
  describeError,
  describeFailure,
  type ProblemOptions,
} from "./problemText.ts";
import { projectFiles } from "./projectFiles.ts";
import { Repeats } from "./repeats.ts";

let root: string;
let options: ProblemOptions;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "spacer-problem-"));
  mkdirSync(join(root, "app"));
  writeFileSync(join(root, "app/x.lua"), "return function(args)\n  return args.a.b\nend\n");
  writeFileSync(join(root, "app/bad.lua"), "local x\nx y\n");
  const style = styleFor(new PassThrough(), {});
  options = { files: projectFiles(root), style, repeats: new Repeats() };
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

const MESSAGE = "app/x.lua:2: attempt to index field 'a' (a nil value)";
const FAILURE = {
  text: MESSAGE,
  file: "app/x.lua",
  line: 2,
  traceback: "stack traceback:\n\tapp/x.lua:2: in function <app/x.lua:1>",
};

test("a failure: message, frame, hint, traceback", () => {
  expect(describeFailure(FAILURE, "x", options)).toBe(
    `    ${MESSAGE}
      1 | return function(args)
    > 2 |   return args.a.b
      3 | end
      hint: the table has no 'a': is it misspelt, or never set?
    stack traceback:
    \tapp/x.lua:2: in function <app/x.lua:1>
`,
  );
});

test("the same once more is one line, until the files change", () => {
  const first = describeFailure(FAILURE, "x", options);
  expect(describeFailure(FAILURE, "x", options)).toBe(`    ${MESSAGE} again (2 times)\n`);
  const other = { ...FAILURE, text: MESSAGE.replace(":2:", ":1:"), line: 1 };
  expect(describeFailure(other, "x", options)).toContain("> 1 |");
  expect(describeFailure(FAILURE, "x", options)).toBe(`    ${MESSAGE} again (3 times)\n`);
  options.repeats.forget();
  expect(describeFailure(FAILURE, "x", options)).toBe(first);
});

test("an error of which there is only the text has its frame, too; a retry is one line", () => {
  expect(describeError(MESSAGE, options)).toContain("\n    > 2 |   return args.a.b\n");
  expect(describeError(MESSAGE, options)).toBe(`    ${MESSAGE} again (2 times)\n`);
  expect(describeError("said no", options)).toBe("    said no\n");
});

test("a broken file is shown with what is wrong and what to do", () => {
  const message = "app/bad.lua:2: '=' expected near 'y'";
  const full = describeBroken(message, undefined, options);
  expect(full).toBe(
    `${message}
  1 | local x
> 2 | x y
    |   ^
  hint: an expression alone is no statement: assign it or call it
`,
  );
  expect(describeBroken(message, undefined, options)).toBe(`${message} again (2 times)\n`);
  // Saved with another mistake, and then with the first one again: both are news.
  expect(describeBroken("app/bad.lua: unreadable", "look", options)).toContain("  hint: look\n");
  expect(describeBroken(message, undefined, options)).toBe(full);
});

test("a syntax error that a request runs into has its frame, and no traceback of builtins", () => {
  const failure = {
    text: "error loading module 'bad' from file 'app/bad.lua':\n\tapp/bad.lua:2: '=' expected near 'y'",
    file: "app/bad.lua",
    line: 2,
    traceback: "stack traceback:\n\t[C]: in function 'require'",
  };
  expect(describeFailure(failure, "bad", options)).toMatch(
    /^ {4}app\/bad.lua:2: '=' expected near 'y'\n.*\n {4}> 2 \| x y\n {8}\| {3}\^\n {6}hint: .*\n$/,
  );
});

test("a function that is none, and a missing module", () => {
  const none = { text: "attempt to call a number value" };
  expect(describeFailure(none, "x", options)).toContain(
    "hint: app/x.lua gives a number; it has to return a function",
  );
  const missing = { text: "module 'bed' not found:\n\tno file 'app/bed.lua'" };
  expect(describeFailure(missing, "bed", options)).toContain("  hint: did you mean 'bad'?\n");
});

test("a place that the message does not tell is added", () => {
  const failure = { text: "malformed pattern", file: "app/x.lua", line: 2 };
  expect(describeFailure(failure, "x", options)).toMatch(
    /^ {4}malformed pattern \(app\/x.lua:2\)\n/,
  );
});

test("control characters in messages do nothing to the terminal", () => {
  const failure = { text: "app/x.lua:2: \u001b[2Jgone" };
  expect(describeFailure(failure, "x", options)).not.toContain("\u001b");
});
