import { allLibraries, openerName } from "./index.ts";
import * as libraryOpeners from "./libraryOpeners.ts";
import * as moduleOpeners from "./modules/openers.ts";

test("what opens a library or a module is exported by the name that bundles import it by", () => {
  const { globals, preloaded, modules } = allLibraries("openresty");
  const isOpener = (name: string, openers: Readonly<Record<string, unknown>>) =>
    typeof openers[openerName(name)] === "function";
  const libraries = [...Object.keys(globals), ...Object.keys(preloaded)];
  expect(libraries.filter((name) => !isOpener(name, libraryOpeners))).toEqual([]);
  expect([...modules.keys()].filter((name) => !isOpener(name, moduleOpeners))).toEqual([]);
  expect(libraries).toHaveLength(Object.keys(libraryOpeners).length);
  expect(modules.size).toBe(Object.keys(moduleOpeners).length);
});

test("names become words", () => {
  expect(["string.buffer", "resty.jit-uuid", "io"].map(openerName)).toEqual([
    "stringBuffer",
    "restyJitUuid",
    "io",
  ]);
});
