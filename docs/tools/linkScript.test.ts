import { runInThisContext } from "node:vm";
import { linkScript } from "./linkScript.ts";

const MODULE = `#!/usr/bin/env node
import {
  a,
  b as other
} from "./chunk-X.js";
import fs from "node:fs";
import * as path from "node:path";
import "./effects.js";

// one.ts
var limit = 5;
var count = 0;
function next() {
  const limit2 = limit;
  return ++count > limit2 ? a : other + fs.constants + path.sep;
}
export {
  next,
  limit as max
};
//# sourceMappingURL=x.map
`;

type Script = (load: (source: string) => unknown) => {
  readonly next: () => string;
  readonly max: number;
};

test("a module becomes a function that loads what it imports, and returns what it exports", () => {
  const loaded: string[] = [];
  const modules: Record<string, unknown> = {
    "./chunk-X.js": { a: "A", b: "B" },
    "node:fs": { constants: "C" },
    "node:path": { sep: "/" },
  };
  const script = runInThisContext(linkScript(MODULE)) as Script;
  const { next, max } = script((source) => {
    loaded.push(source);
    return modules[source];
  });
  expect(loaded).toEqual(["./chunk-X.js", "node:fs", "node:path", "./effects.js"]);
  expect(max).toBe(5);
  expect(next()).toBe("BC/");
});

test("line by line, and what is declared stays as it is", () => {
  const linked = linkScript(MODULE);
  expect(linked.split("\n")).toHaveLength(MODULE.split("\n").length);
  expect(linked).toContain("\nvar limit = 5;\n");
  expect(linked).toContain("\nvar count = 0;\n");
});

test("what a module imports later is loaded by whoever loaded it", () => {
  const linked = linkScript('var x = () => import("./later.js");\nvar y = () => import("pkg");\n');
  expect(linked).toContain('$import("./later.js")');
  expect(linked).toContain('$import("pkg")');
  expect(linked).toMatch(/return \{ {2}\}; \}\)\(\); \}\)\s*$/);
});

test("modules beside it may have other names", () => {
  const module =
    'import { a } from "./a.js";\nimport "node:fs";\nvar x = () => import("./later.js");\n';
  const linked = linkScript(module, (source) => `./folder/${source.slice(2)}`);
  expect(linked).toContain('$load("./folder/a.js")');
  expect(linked).toContain('$load("node:fs")');
  expect(linked).toContain('$import("./folder/later.js")');
});

test("an unknown form of import ends the build", () => {
  expect(() => linkScript('import x from "y" with { type: "json" };\n')).toThrow("does not know");
});

const NAMESPACES = `import { far } from "./chunk-X.js";
var __export = () => void 0;
var all_exports = {};
__export(all_exports, {
  far: () => far,
  renamed: () => three,
  two: () => two
});
var used_exports = {};
__export(used_exports, {
  two: () => two
});
var three = 3;
function two() {
  return all_exports.renamed - 1;
}
var names = Object.keys(used_exports);
export {
  all_exports
};
`;

test("namespaces are plain objects, unless the module itself looks at them", () => {
  const linked = linkScript(NAMESPACES);
  expect(linked.split("\n")).toHaveLength(NAMESPACES.split("\n").length);
  expect(linked).toContain("all_exports = { far, renamed: three, two }; return {");
  expect(linked).toContain("\n__export(used_exports, {\n  two: () => two\n});\n");
  const script = runInThisContext(linked) as (
    load: () => unknown,
  ) => Record<"all_exports", { two: () => number; renamed: number; far: string }>;
  const { all_exports: all } = script(() => ({ far: "X" }));
  expect([all.two(), all.renamed, all.far]).toEqual([2, 3, "X"]);
});
