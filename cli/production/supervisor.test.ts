import { join, resolve } from "node:path";
import { buildSync } from "esbuild";

const root = resolve(__dirname, "../..");

/** Paths of the sources that are loaded with a file, before anything is loaded on demand. */
function loadedWith(path: string): string[] {
  const {
    metafile: { outputs },
  } = buildSync({
    entryPoints: [join(root, path)],
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    packages: "external",
    metafile: true,
    write: false,
    outdir: "unwritten",
  });
  const loaded = new Set<string>();
  const load = (name: string): void => {
    const output = outputs[name];
    if (output === undefined || loaded.has(name)) return;
    loaded.add(name);
    for (const { kind, path: other } of output.imports) {
      if (kind === "import-statement") load(other);
    }
  };
  load(Object.keys(outputs).find((name) => outputs[name]?.entryPoint === path) ?? "");
  return [...loaded].flatMap((name) => Object.keys(outputs[name]?.inputs ?? {}));
}

test("the supervisor loads neither Lua nor the gateway, only the dictionaries that it keeps", () => {
  const loaded = loadedWith("cli/production/supervisor.ts");
  expect(loaded).toContain("runtime/sharedDicts/memoryDict.ts");
  expect(loaded.filter((path) => /^(?:compiler|runtime\/(?!sharedDicts\/))/.test(path))).toEqual(
    [],
  );
  // It would be seen if there were any.
  expect(loadedWith("cli/production/worker.ts")).toContain("runtime/core/table.ts");
});
