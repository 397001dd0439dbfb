import { Generation, type LoadedModule, type ModuleFiles } from "./generation.ts";
import { LuaTable } from "./table.ts";

const FILES: ModuleFiles = { exists: () => false, read: () => "" };

let loaded: LuaTable;

beforeEach(() => {
  loaded = new LuaTable();
});

function first(): Generation {
  return Generation.first(loaded, FILES, true);
}

function load(generation: Generation, name: string, value: string): LoadedModule {
  const module = generation.begin(name);
  generation.set(name, value);
  return module;
}

test("the newest generation sees package.loaded, and others may write to it", () => {
  const generation = first();
  load(generation, "a", "one");
  expect([generation.get("a"), loaded.getString("a")]).toEqual(["one", "one"]);
  loaded.setString("a", "by hand");
  expect(generation.get("a")).toBe("by hand");
});

test("what changed is gone for the next generation, and stays for the one before", () => {
  const before = first();
  load(before, "a", "a1");
  load(before, "b", "b1");
  const after = before.succeed(["a"], FILES);
  expect([after.get("a"), after.get("b"), loaded.getString("a")]).toEqual([
    undefined,
    "b1",
    undefined,
  ]);
  load(after, "a", "a2");
  expect([before.get("a"), before.get("b"), after.get("a")]).toEqual(["a1", "b1", "a2"]);
});

test("what was loaded since, together with newer modules, is not for those before", () => {
  const before = first();
  const after = before.succeed([], FILES);
  load(after, "late", "late2");
  expect(before.get("late")).toBeUndefined();
  load(before, "late", "late1");
  expect([before.get("late"), after.get("late")]).toEqual(["late1", "late2"]);
  const newest = after.succeed(["late"], FILES);
  expect([before.get("late"), after.get("late"), newest.get("late")]).toEqual([
    "late1",
    "late2",
    undefined,
  ]);
});

test("what a generation never saw is not shown to it by a later note either", () => {
  const oldest = first();
  const middle = oldest.succeed([], FILES);
  load(middle, "a", "a2");
  middle.succeed(["a"], FILES);
  expect(oldest.get("a")).toBeUndefined();
  expect(middle.get("a")).toBe("a2");
});

test("a module that is retired gives up what it has, told who saw it last", () => {
  const before = first();
  const [a, b] = [load(before, "a", "a1"), load(before, "b", "b1")];
  const closed: [string, Generation][] = [];
  a.onRetire((generation) => closed.push(["a", generation]));
  a.onRetire((generation) => closed.push(["taken back", generation]))();
  b.onRetire((generation) => closed.push(["b", generation]));
  before.succeed(["a"], FILES);
  expect(closed).toEqual([["a", before]]);
  expect([a.isRetired, b.isRetired]).toEqual([true, false]);
  // Late-comers of the generation before load modules that nobody else will see.
  expect(load(before, "c", "c1").isRetired).toBe(true);
  expect(before.moduleOf("a")).toBe(a);
});

test("what an earlier try to load a module has is given up with the module", () => {
  const before = first();
  const closed: string[] = [];
  const failed = before.begin("a");
  failed.onRetire(() => closed.push("failed"));
  before.begin("a").onRetire(() => closed.push("failed again"));
  load(before, "a", "a1");
  expect(closed).toEqual([]);
  before.succeed(["a"], FILES);
  expect(closed.sort()).toEqual(["failed", "failed again"]);
  expect(failed.isRetired).toBe(true);
});

test("a module that is not there is noted only when another one asked for it", () => {
  const generation = first();
  generation.dropUnlessRequired(generation.begin("nowhere"));
  expect([...generation.modules.keys()]).toEqual([]);
  load(generation, "user", "user").requires.add("optional");
  generation.dropUnlessRequired(generation.begin("optional"));
  expect([...generation.modules.keys()].sort()).toEqual(["optional", "user"]);
});

test("nothing is noted of modules that are never loaded again", () => {
  const generation = Generation.first(loaded, FILES, false);
  load(generation, "a", "one");
  expect(generation.modules.size).toBe(0);
});

test("a generation that nobody belongs to any more is collected", async () => {
  let generation = first();
  const references: WeakRef<Generation>[] = [];
  for (let turn = 0; turn < 3; turn++) {
    references.push(new WeakRef(generation));
    load(generation, "a", String(turn));
    generation = generation.succeed(["a"], FILES);
  }
  // What a WeakRef was made for in this turn stays until the next.
  await new Promise((resolve) => setTimeout(resolve, 0));
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  expect(references.map((reference) => reference.deref())).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(generation.number).toBe(4);
});
