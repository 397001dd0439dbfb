/** Reference pages refuse to be derived from sources that they would say something wrong of. */
import { Project } from "ts-morph";
import { diagnosticReference } from "./diagnosticReference.ts";
import { checkMeanings } from "./environmentReference.ts";
import { readLuaModule } from "./luaModules.ts";

const HEAD = "-- bag: what is carried.\n\nlocal M = {}\n";

test("functions of a Lua module are those with a comment above them", () => {
  const text = `${HEAD}
--- Puts a thing
--- into it.
--- @signature (thing [, place])
--- @throws "it is full"
function M.put(...)
end

--- Of each KIND.
--- @function takeKIND(count)
local kinds = {}

--- A bag inside.
function Bag.new(size)
end
`;
  const { summary, functions } = readLuaModule("bag", text);
  expect(summary).toBe("What is carried.");
  expect(
    functions.map(({ name, signature, comment }) => [name, signature, comment?.description]),
  ).toEqual([
    ["bag.Bag.new", "(size)", "A bag inside."],
    ["bag.put", "(thing [, place])", "Puts a thing\ninto it."],
    ["bag.takeKIND", "(count)", "Of each KIND."],
  ]);
  expect(functions[1]?.comment?.tags.get("throws")).toEqual(['"it is full"']);
});

test("a Lua module says what it is, and what each function is for", () => {
  expect(() => readLuaModule("bag", "local M = {}")).toThrow('does not begin with "-- bag: ..."');
  expect(() => readLuaModule("bag", `${HEAD}function M.put()\nend\n`)).toThrow(
    "says nothing of its function 'put'",
  );
});

test("a variable that is read has to be described", () => {
  for (const read of [
    'env["SPACER_NEW"]',
    'process.env["SPACER_NEW"]',
    'host.process.environmentVariable("SPACER_NEW")',
    'const { SPACER_NEW: value = "" } = env;',
    "const { HOME, SPACER_NEW } = process.env;",
  ]) {
    expect(() => {
      checkMeanings(new Map([["cli/new.ts", read]]));
    }).toThrow("SPACER_NEW is read in cli/new.ts");
  }
});

test("a variable that is described has to be read", () => {
  expect(() => {
    checkMeanings(new Map());
  }).toThrow("nothing reads the environment variable SPACER_ENV any more");
});

test("diagnostics are listed with their severity and the message that their pages quote", () => {
  const project = new Project({ useInMemoryFileSystem: true });
  const catalog = project.createSourceFile(
    "/catalog.ts",
    'export const catalog = { "too-late": error<Near>(() => ""), bytecode: error(f), ...ruleEntries };',
  );
  const rules = project.createSourceFile(
    "/rules.ts",
    'export const ruleEntries = { "a-rule": warning(f) } satisfies object;',
  );
  const page = (code: string) => `# ${code}\n\n> ${code} | 'x'\n`;
  const text = diagnosticReference({ catalog, rules, page });
  expect(text.match(/^\| \[.*$/gm)).toEqual([
    "| [`too-late`](too-late.md) | error | `too-late \\| 'x'` |",
    "| [`bytecode`](bytecode.md) | error | `bytecode \\| 'x'` |",
    "| [`a-rule`](a-rule.md) | warning | `a-rule \\| 'x'` |",
  ]);
  expect(() => diagnosticReference({ catalog, rules, page: () => "" })).toThrow(
    "quotes no message",
  );
});
