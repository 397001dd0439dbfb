/** What other programs import of the built package: the doors (package.json, "exports"), from the same scripts as the program. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Scripts } from "./scripts.ts";

declare const BUILD: string;

const scripts = new Scripts({
  folder: join(__dirname, "../scripts"),
  place: {
    get url() {
      return pathToFileURL(__filename).href;
    },
  },
  build: BUILD,
  require,
  importPackage: (source) => import(source) as Promise<unknown>,
});

/** What a door exports. @param name Of its script: "compiler/index.js". */
export function load(name: string): unknown {
  return scripts.loadPart(name);
}
