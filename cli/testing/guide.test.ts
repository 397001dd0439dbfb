/** Holds the guide to testing to the truth: its files, in a new project, are a project whose tests pass. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createTestCli } from "../context.testkit.ts";

const TEXT = readFileSync(resolve(__dirname, "../../docs/guide/testing.md"), "utf8");

test("the tests of the guide pass", async () => {
  const cli = createTestCli();
  try {
    await cli.run("init", "shop");
    cli.clear();
    const blocks = [...TEXT.matchAll(/^```(?:lua|yaml)\n((?:--|#) (\S+)\n.*?)^```/gms)];
    for (const [, text = "", path = ""] of blocks) cli.write(join("shop", path), text);
    const exitCode = await cli.run("test", "shop");
    expect(cli.out + cli.err).toContain("# 4 files, 12 tests, 0 failures\n");
    expect(exitCode).toBe(0);
  } finally {
    cli.dispose();
  }
}, 60_000);
