import { Project } from "ts-morph";
import { configurationReference } from "./configurationReference.ts";

function pageOf(text: string): string {
  const project = new Project({ useInMemoryFileSystem: true });
  return configurationReference(project.createSourceFile("/cli/config.ts", text));
}

test("settings are rows, those inside behind the path to them", () => {
  const page = pageOf(`/** The settings. */
    const MAX = 9;
    /** How many. */
    const count = integer(0, MAX);
    /** As long as it takes. @value time */
    const duration = (node) => node;
    const MORE = {
      /** How long. */
      wait: optional(duration),
    };
    const handler = either(map(string, f), object({ run: required(string, "run: f") }));
    const SHAPE = {
      /** Its name. */
      appName: required(stringThat(check), "appName: a"),
      events: defaulted(mapOf(object({ APPEND: defaulted(list(handler)) }))),
      workers: optional(count),
      ...MORE,
      driver: optional(oneOf(["a", "b"])),
    };`);
  expect(page.split("\n").slice(4)).toEqual([
    "The settings.",
    "",
    "| Setting | Value | Meaning |",
    "| --- | --- | --- |",
    "| `appName` | text (required) | Its name. |",
    "| `events` | names, each with map |  |",
    "| `events.NAME.APPEND` | list of text or map |  |",
    "| `events.NAME.APPEND[].run` | text (required) |  |",
    "| `workers` | whole number from 0 to 9 | How many. |",
    "| `wait` | time | How long. |",
    "| `driver` | one of `a`, `b` |  |",
    "",
  ]);
});

test("what is imported is looked up where it is", () => {
  const project = new Project({ useInMemoryFileSystem: true });
  project.createSourceFile("/cli/limits.ts", "export const MAX = 9;");
  const text = 'import { MAX } from "./limits.ts"; const SHAPE = { a: optional(integer(0, MAX)) };';
  const config = project.createSourceFile("/cli/config.ts", `/** The settings. */ ${text}`);
  expect(configurationReference(config)).toContain("| `a` | whole number from 0 to 9 |");
});

test("says so when it can't read the settings", () => {
  expect(() => pageOf("const OTHER = {};")).toThrow("cli/config.ts has no object SHAPE any more");
  expect(() => pageOf("const SHAPE = { a: optional(strange(1)) };")).toThrow(
    "cli/config.ts: the reference page can't say what 'strange' reads",
  );
});
