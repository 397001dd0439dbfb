import type { Metafile } from "esbuild";
import { runInThisContext } from "node:vm";
import { nameInPack, packScripts, planPacks, type Pack } from "./packScripts.ts";

type Outputs = Metafile["outputs"];

function output(imports: readonly string[], entryPoint?: string): Outputs[string] {
  return {
    bytes: 0,
    inputs: {},
    exports: [],
    ...(entryPoint !== undefined && { entryPoint }),
    imports: imports.map((path) =>
      path.startsWith("node:")
        ? { path, kind: "import-statement", external: true }
        : path.startsWith("later ")
          ? { path: path.slice("later ".length), kind: "dynamic-import" }
          : { path, kind: "import-statement" },
    ),
  };
}

const OUTPUTS: Outputs = {
  "cli/a.js": output(["chunks/x.js", "chunks/y.js", "node:fs"], "cli/a.ts"),
  "cli/b.js": output(["chunks/y.js", "cli/entry.js", "later chunks/later.js"], "cli/b.ts"),
  "cli/entry.js": output(["chunks/z.js", "cli/b.js"], "cli/entry.ts"),
  "cli/other.js": output(["chunks/z.js", "chunks/w.js"], "cli/other.ts"),
  "chunks/x.js": output([]),
  "chunks/y.js": output(["chunks/inner.js"]),
  "chunks/inner.js": output(["chunks/y.js"]),
  "chunks/z.js": output([]),
  "chunks/w.js": output([]),
  "chunks/later.js": output([]),
};

test("what the same programs load goes together; entry points and what is loaded later stay as they are", () => {
  expect(planPacks(OUTPUTS, ["cli/a", "cli/b"])).toEqual([
    { file: "packs/cli.a.js", chunks: ["chunks/x.js"] },
    { file: "packs/cli.a-cli.b.js", chunks: ["chunks/y.js", "chunks/inner.js"] },
    { file: "packs/cli.b.js", chunks: ["chunks/z.js"] },
  ]);
});

const PACK: Pack = { file: "packs/p.js", chunks: ["chunks/x.js", "chunks/y.js"] };

function chunk(value: string, source: string) {
  const lines = ["(function () {", "", `return ${value}; })`, "//# sourceMappingURL=x.js.map", ""];
  return {
    script: lines.join("\n"),
    map: JSON.stringify({ version: 3, sources: [source], names: [], mappings: ";;AAAA" }),
  };
}

test("a pack has the values of its scripts, and a map that finds their lines", () => {
  const chunks = new Map([
    ["chunks/x.js", chunk("1", "../../cli/x.ts")],
    ["chunks/y.js", chunk("2", "../../runtime/y.ts")],
  ]);
  const { script, map } = packScripts(PACK, chunks);
  const pack = runInThisContext(script) as Record<string, () => number>;
  const valueOf = (path: string) => pack[nameInPack(PACK, path).replace(/.*#/, "")]?.();
  expect([valueOf("chunks/x.js"), valueOf("chunks/y.js")]).toEqual([1, 2]);
  const { sections } = JSON.parse(map) as {
    sections: { offset: { line: number }; map: { sources: string[] } }[];
  };
  // Each section begins at the line of the function, from which its map counts.
  const lines = script.split("\n");
  expect(sections.map(({ offset }) => lines[offset.line])).toEqual([
    "(function () {",
    "(function () {",
  ]);
  expect(sections.map(({ offset }) => lines[offset.line + 2])).toEqual([
    "return 1; }),",
    "return 2; }),",
  ]);
  expect(sections.map((section) => section.map.sources)).toEqual([
    ["../../cli/x.ts"],
    ["../../runtime/y.ts"],
  ]);
  expect(script).toMatch(/\n\/\/# sourceMappingURL=p\.js\.map\n$/);
  expect(() => packScripts({ ...PACK, chunks: ["chunks/z.js"] }, chunks)).toThrow("no chunks/z.js");
});
