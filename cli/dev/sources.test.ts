import type { ModuleFiles } from "../../runtime/index.ts";
import { toBytes } from "../bytes.ts";
import { isSource } from "../projectFolders.ts";
import { ProjectSources } from "./sources.ts";

const OTHERS: ModuleFiles = { exists: () => true, read: (path) => `other ${path}` };

test("a generation sees the files as they were when it began", () => {
  const sources = new ProjectSources("/project", [
    ["app/a.lua", "one"],
    ["lib/b.lua", "one"],
    ["test/t.lua", "no part of it"],
  ]);
  const before = sources.moduleFiles(OTHERS);
  sources.set("app/a.lua", "two");
  sources.set("lib/b.lua", undefined);
  const after = sources.moduleFiles(OTHERS);
  expect([before.read("app/a.lua"), before.exists("lib/b.lua")]).toEqual(["one", true]);
  expect([after.read("app/a.lua"), after.exists("lib/b.lua")]).toEqual(["two", false]);
  expect(after.read("lib/b.lua")).toEqual({ message: "No such file or directory", errno: 2 });
});

test("however a path is spelled, it is the same file; others are those of the disk", () => {
  const files = new ProjectSources("/project", [["lib/ä.lua", "text"]]).moduleFiles(OTHERS);
  for (const path of ["lib/ä.lua", "./lib/ä.lua", "lib/x/../ä.lua", "/project/lib/ä.lua"]) {
    expect(files.read(toBytes(path))).toBe("text");
  }
  expect(files.read("test/t.lua")).toBe("other test/t.lua");
  expect(files.read("/elsewhere/lib/x.lua")).toBe("other /elsewhere/lib/x.lua");
});

test.each([
  ["app/a.lua", true],
  ["lib/deep/a.lua", true],
  ["lib/a.txt", false],
  ["test/a.lua", false],
  ["application/a.lua", false],
])("%s is a source: %s", (path, expected) => {
  expect(isSource(path)).toBe(expected);
});
