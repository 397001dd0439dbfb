import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createTestCli } from "./context.testkit.ts";

const HELLO = resolve(__dirname, "../fixtures/projects/hello");

// `npm start` and the guides show this project as the one that `spacer init hello` makes.
test("the hello project is what init makes", async () => {
  const cli = createTestCli();
  try {
    await cli.run("init", "hello");
    for (const name of [
      "app/gateway.lua",
      "app/hello.lua",
      "test/test_hello.lua",
      "config/application.yml",
      ".vscode/launch.json",
      ".vscode/settings.json",
    ]) {
      const made = readFileSync(join(cli.cwd, "hello", name), "utf8");
      expect(readFileSync(join(HELLO, name), "utf8")).toBe(made);
    }
  } finally {
    cli.dispose();
  }
});
