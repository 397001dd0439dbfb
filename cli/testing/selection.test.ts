import { createTestCli, type TestCli } from "../context.testkit.ts";
import { patternArguments, selectTests } from "./selection.ts";

let cli: TestCli;

beforeEach(() => {
  cli = createTestCli();
  cli.write("test/test_b.lua", "");
  cli.write("test/test_a.lua", "");
  cli.write("test/notes.txt", "");
  cli.write("test/support/helper.lua", "");
});

afterEach(() => {
  cli.dispose();
});

test("without names all files directly in test/ are run, in order", () => {
  expect(selectTests(cli.cwd, [])).toEqual({
    files: ["test/test_a.lua", "test/test_b.lua"],
    tests: [],
  });
});

test.each(["test_b", "test_b.lua", "test/test_b", "test/test_b.lua", "./test/test_b.lua"])(
  "'%s' names a file",
  (name) => {
    expect(selectTests(cli.cwd, [name])).toEqual({ files: ["test/test_b.lua"], tests: [] });
  },
);

test("any other name is that of a test", () => {
  expect(selectTests(cli.cwd, ["test_a", "testT.test_x"])).toEqual({
    files: ["test/test_a.lua"],
    tests: ["testT.test_x"],
  });
});

test("a file that is not there is told about", () => {
  expect(() => selectTests(cli.cwd, ["test_c.lua"])).toThrow("there is no test file 'test_c.lua'");
});

test("patterns match whole names, magic characters included", () => {
  expect(patternArguments(["testT.test_x"])).toEqual([
    "-p",
    "^testT%.test_x$",
    "-p",
    "^testT%.test_x%.",
  ]);
});
