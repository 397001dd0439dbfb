/** Holds docs/guide/inspecting.md to the truth: its commands print what it says they do. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createTestCli, type TestCli } from "../context.testkit.ts";

const GUIDE = readFileSync(resolve(__dirname, "../../docs/guide/inspecting.md"), "utf8");

let cli: TestCli;

beforeEach(() => {
  cli = createTestCli();
  const [, module = ""] = /^```lua\n(-- lib\/prices\.lua\n.*?)^```/ms.exec(GUIDE) ?? [];
  cli.write("lib/prices.lua", module);
});

afterEach(() => {
  cli.dispose();
});

const examples = [...GUIDE.matchAll(/^```console\n\$ spacer (.*?)\n(.*?)^```/gms)].map(
  ([, command = "", output = ""]) => ({ command, output }),
);

/** "..." stands for what the guide leaves out: some text, or some lines. */
function patternOf(output: string): RegExp {
  const escaped = output.replaceAll(/[\\^$*+?()[\]{}|]/g, String.raw`\$&`);
  const filled = escaped.replaceAll("...", "[^]*").replaceAll(/(?<!\[\^\]\*)\.(?!\*)/g, "\\.");
  return new RegExp(`^${filled.trimEnd()}\\s*$`);
}

test.each(examples)("spacer $command", async ({ command, output }) => {
  expect(await cli.run(...command.split(" "))).toBe(0);
  expect(cli.out).toMatch(patternOf(output));
});

test("there are examples", () => {
  expect(examples.length).toBeGreaterThanOrEqual(2);
});
