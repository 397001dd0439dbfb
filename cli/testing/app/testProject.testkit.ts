/** A project with one test file, which runs in this process. */
import { createTestCli, type TestCli } from "../../context.testkit.ts";
import { TEST_VARIABLE } from "../testVariables.ts";

export interface TestProjectCli {
  readonly cli: TestCli;
  /** Runs a test file whose Lua code this is; what it prints, in lines. @throws Error when the file fails */
  run(lua: string): Promise<readonly string[]>;
}

const SETTINGS = `spacerVersion: 1
appName: shop
envVar: [ALLOWED]
gateway: {timeout: 30s}
topics: [orders, mails]
events: {orders: {APPEND: [bill]}}
`;

/** @param files By path; `config/application.yml` has two topics unless there is another one. */
export function createTestProject(
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): TestProjectCli {
  const cli = createTestCli({ SPACER_ENV: "test", [TEST_VARIABLE]: "1", ...env });
  const all = { "config/application.yml": SETTINGS, ...files };
  for (const [path, text] of Object.entries(all)) cli.write(path, text);
  return {
    cli,
    run: async (lua) => {
      cli.clear();
      cli.write("test/test_it.lua", `local app = require "spacer.test"\n${lua}`);
      const exitCode = await cli.run("run", "--project", ".", "test/test_it.lua");
      if (exitCode !== 0) throw new Error(cli.err + cli.out);
      return cli.out.split("\n").slice(0, -1);
    },
  };
}
