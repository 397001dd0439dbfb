import { touchedTests, type KnownTests } from "./touchedTests.ts";

const ROOT = "/project";
const all = ["test/test_a.lua", "test/test_b.lua", "test/test_c.lua"];
const known: KnownTests = {
  all,
  failed: new Set(),
  loaded: new Map([
    ["test/test_a.lua", new Set(["./app/x.lua", "lib/shared.lua"])],
    ["test/test_b.lua", new Set(["/project/lib/shared.lua", "app/missing.lua"])],
    ["test/test_c.lua", new Set<string>()],
  ]),
};

test.each<[string, readonly string[]]>([
  ["app/x.lua", ["test/test_a.lua"]],
  ["lib/shared.lua", ["test/test_a.lua", "test/test_b.lua"]],
  // It was looked for in vain.
  ["app/missing.lua", ["test/test_b.lua"]],
  ["test/test_c.lua", ["test/test_c.lua"]],
  ["app/new.lua", all],
  ["config/application.yml", all],
  // A helper that no test has read: none has changed.
  ["test/support/unused.lua", []],
])("%s touches %j", (path, expected) => {
  expect(touchedTests(ROOT, [path], known)).toEqual(expected);
});

test("those that failed, and those that never ran, run with any change", () => {
  const some = { ...known, failed: new Set(["test/test_c.lua"]) };
  expect(touchedTests(ROOT, ["app/x.lua"], some)).toEqual(["test/test_a.lua", "test/test_c.lua"]);
  const fresh = { ...known, all: [...all, "test/test_d.lua"] };
  expect(touchedTests(ROOT, ["app/x.lua"], fresh)).toEqual(["test/test_a.lua", "test/test_d.lua"]);
});
