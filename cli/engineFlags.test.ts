import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ENGINE_OPTIONS } from "./engineFlags.ts";
import { processContext, STACK_SIZE_KIB } from "./processContext.ts";

const OPTIONS = [`--stack-size=${String(STACK_SIZE_KIB)}`, ...ENGINE_OPTIONS];

// Where they can't be imported, as Node reads them itself, they are written out.
test.each(["cli/index.ts", "cli/lua.ts", "docs/tools/build.ts"])(
  "%s starts Node with them",
  (file) => {
    const text = readFileSync(join(__dirname, "..", file), "utf8");
    expect(text).toContain(`#!/usr/bin/env -S node ${OPTIONS.join(" ")}`);
  },
);

test("Linux reads no more of a first line than 127 characters", () => {
  expect(`#!/usr/bin/env -S node ${OPTIONS.join(" ")}`.length).toBeLessThanOrEqual(127);
});

test("processes are started with each of them once", () => {
  const before = process.execArgv;
  process.execArgv = [...OPTIONS, "--min-semi-space-size=16", "--inspect", "--no-warnings"];
  try {
    const { self } = processContext("/x/cli.js");
    expect(self.slice(1)).toEqual([
      ...OPTIONS,
      "--min-semi-space-size=16",
      "--no-warnings",
      "/x/cli.js",
    ]);
  } finally {
    process.execArgv = before;
  }
});
