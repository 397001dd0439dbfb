/** The files of the tree that are derived from others. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { CONFIG_READERS, configurationReference } from "./configurationReference.ts";
import { CATALOG_FILE, diagnosticReference, RULES_FILE } from "./diagnosticReference.ts";
import { DATABASE_READERS, environmentReference } from "./environmentReference.ts";
import { HELPERS_INDEX, helperManifest } from "./helperManifest.ts";
import { ACCESS_FILE, ADMIN_FILE, httpReference, METRICS_FILE } from "./httpReference.ts";
import { findLibraries } from "./libraries.ts";
import { licencesPage } from "./licences.ts";
import { libraryReference } from "./libraryReference.ts";
import {
  libraryTable,
  MEMBERS_FILE,
  moduleNamesIn,
  modulesAmong,
  MODULES_INDEX,
  NOT_OFFERED_FILE,
  notOfferedIn,
  stringsOf,
} from "./libraryTable.ts";
import { readLuaModule } from "./luaModules.ts";
import { moduleReference } from "./moduleReference.ts";
import { root } from "../tools/package.ts";
import { notOfferedReference } from "./notOfferedReference.ts";
import { openSources, type Sources } from "./sources.ts";
import { targetReference } from "./targetReference.ts";

const MODULES = "runtime/modules";

type Derivation = (sources: Sources) => string | Promise<string>;

const DERIVATIONS: Readonly<Record<string, Derivation>> = {
  "compiler/generated/helpers.ts": (sources) => helperManifest(sources.file(HELPERS_INDEX)),
  "compiler/generated/libraries.ts": (sources) => {
    const standard = findLibraries(sources.folder("runtime/stdlib"));
    return libraryTable({
      standard,
      modules: findLibraries(sources.folder("runtime/modules")),
      moduleNames: [
        ...moduleNamesIn(sources.file(MODULES_INDEX)),
        ...sources.names("runtime/modules", ".lua"),
        ...modulesAmong(standard),
      ].sort(),
      absentIn51: stringsOf(sources.file(MEMBERS_FILE), "absentIn51"),
      notOffered: notOfferedIn(sources.file(NOT_OFFERED_FILE)),
    });
  },
  "docs/reference/stdlib.md": (sources) =>
    libraryReference(
      {
        title: "Standard library",
        introduction:
          "What every program has. Where spacer differs from LuaJIT: [semantics](../semantics.md).",
      },
      findLibraries(sources.folder("runtime/stdlib")),
    ),
  "docs/reference/modules.md": (sources) =>
    moduleReference({
      index: sources.file(MODULES_INDEX),
      functions: findLibraries(sources.folder(MODULES)),
      luaModules: sources
        .names(MODULES, ".lua")
        .map((name) => readLuaModule(name, sources.text(`${MODULES}/${name}.lua`))),
    }),
  "docs/reference/not-offered.md": (sources) =>
    notOfferedReference(notOfferedIn(sources.file(NOT_OFFERED_FILE))),
  "docs/reference/configuration.md": (sources) =>
    configurationReference(sources.file(CONFIG_READERS)),
  "docs/reference/environment.md": (sources) =>
    environmentReference({
      config: sources.file(CONFIG_READERS),
      database: sources.file(DATABASE_READERS),
      texts: new Map([...sources.texts("cli"), ...sources.texts("runtime")]),
    }),
  "docs/reference/http.md": (sources) =>
    httpReference({
      admin: sources.file(ADMIN_FILE),
      metrics: sources.file(METRICS_FILE),
      access: sources.file(ACCESS_FILE),
    }),
  "docs/diagnostics/README.md": (sources) =>
    diagnosticReference({
      catalog: sources.file(CATALOG_FILE),
      rules: sources.file(RULES_FILE),
      page: (code) => sources.text(`docs/diagnostics/${code}.md`),
    }),
  "docs/reference/licences.md": () =>
    licencesPage(readFileSync(join(root, "package-lock.json"), "utf8")),
  "docs/reference/cli.md": async () => {
    // Only now: the program may not start before the manifest is written.
    const { commandReference } = await import("./commandReference.ts");
    return commandReference();
  },
  "docs/reference/targets.md": () => targetReference(),
};

export interface DerivedFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** Derives every file, as prettier formats it. */
export async function* deriveFiles(root: string): AsyncGenerator<DerivedFile> {
  const sources = openSources(root);
  for (const [path, derive] of Object.entries(DERIVATIONS)) {
    const filepath = join(root, path);
    const options = await resolveConfig(filepath);
    yield { path, text: await format(await derive(sources), { ...options, filepath }) };
  }
}

/** Whether the file in the tree is what would be derived now. */
export function isFresh(root: string, { path, text }: DerivedFile): boolean {
  try {
    return readFileSync(join(root, path), "utf8") === text;
  } catch {
    return false;
  }
}
