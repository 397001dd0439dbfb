/** What a test may do with samples of the guide, and what not. */
import { blocksOf, mayRun, planOf } from "./blocks.testkit.ts";

test.each([
  "spacer topics list   # how many events each topic has",
  "SPACER_ENV=test spacer run --project . test/test_topics.lua",
  "echo 'print(...)' | spacer run - a b",
  "npx spacer init hello",
  "./bin/test.sh test_hello",
  "spacer run -e 'print(1); os.exit(0)'",
])("is run: %s", (command) => {
  expect(mayRun(command)).toBe(true);
});

test.each([
  "kill -9 $(pgrep -f 'spacer dev')",
  "spacer version; kill -9 1",
  "spacer version && npm ci",
  "spacer run $(cat list)",
  "spacer run `cat list`",
  "ln -s a b",
  "npm ci",
  "echo text > file",
  "spacer version | sh",
  "X=1 kill 1",
  "spacerx",
])("is not run: %s", (command) => {
  expect(mayRun(command)).toBe(false);
  const [block] = blocksOf({ name: "page.md", text: `\`\`\`sh\n${command}\n\`\`\`\n` });
  expect(block).toBeDefined();
  if (block !== undefined) expect(planOf(block)).toBeUndefined();
});

test("a note stands right above its block", () => {
  const [first, second] = blocksOf({
    name: "page.md",
    text: "<!-- not run: why -->\n\n```sh\nnpm ci\n```\n\n```sh\nnpm ci\n```\n",
  });
  expect([first?.line, second?.line]).toEqual([3, 7]);
  expect(first && planOf(first)).toEqual({ kind: "not run", reason: "why" });
  expect(second && planOf(second)).toBeUndefined();
});

test("what a command prints stands below it, and a command may have several lines", () => {
  const text = "```console\n$ curl x -d '{\n  \"a\": 1\n}'\n{}\n$ spacer version\n```\n";
  const [block] = blocksOf({ name: "page.md", text });
  expect(block && planOf(block)).toEqual({
    kind: "commands",
    commands: [
      { text: "curl x -d '{\n  \"a\": 1\n}'", output: "{}" },
      { text: "spacer version", output: undefined },
    ],
  });
});
