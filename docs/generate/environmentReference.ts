/**
 * docs/reference/environment.md: the environment variables that spacer reads. Those in place of settings follow from the shapes in
 * cli/config.ts and cli/databaseConfig.ts; what the others mean is said here, and a variable that is read but not described, or described but not
 * read, is an error.
 */
import { Node, type SourceFile } from "ts-morph";
import { CONFIG_READERS } from "./configurationReference.ts";
import { DERIVED_NOTE } from "./libraryReference.ts";

export const DATABASE_READERS = "cli/databaseConfig.ts";

const MEANINGS: Readonly<Record<string, string>> = {
  SPACER_ENV:
    "The environment: `production`, `test`, any other name; `development` when unset, in `spacer test` `test`. `--env` wins.",
  SPACER_INTERNAL_TOKEN:
    "The internal token: who has it may call any function, and append from other machines. Unset, nobody has it.",
  SPACER_KAFKA_PASSWORD: "In place of `logStorage.NAME.sasl.password`.",
  HOST: "In place of `gateway.host`, for `spacer start`.",
  SPACER_BIN: "The spacer that `bin/dev.sh`, `bin/test.sh` and `bin/prod.sh` of a project start.",
  SPACER_CACHE: "`off`: compiled Lua is neither kept nor looked up.",
  SPACER_CACHE_DIR: "The folder of that cache.",
  SPACER_DEBUG: "`1`: failures are told with the stack of spacer itself. For reports of bugs.",
  SPACER_LUA:
    "The language of `spacer run`, as its option `--lua`, also of what the program starts.",
  SPACER_TEST:
    "Is 1 in the files of `spacer test`; set to 1, `spacer run` runs a test file like one, so that a debugger can follow.",
  NO_COLOR: "Not empty: no colours.",
  TERM: "`dumb`: no colours, and no line editor.",
  LUA_INIT:
    "Code, or `@` and the name of a file, that `spacer run` runs before a program. `-E` ignores it.",
  LUA_PATH:
    "Where `require` of `spacer run` looks for modules; `;;` stands for where it looks by itself.",
  LUA_CPATH: "The same for libraries in C, of which none is loaded.",
  TZ: "The time zone of `os.date` and `os.time`.",
  TZDIR: "Where the system keeps its time zones.",
  XDG_CACHE_HOME: "The folder for caches, where the system does not say otherwise.",
  XDG_STATE_HOME: "The folder for the history of the REPL.",
  LOCALAPPDATA: "On Windows, the folder for the cache.",
  HOME: "The folder of the user, in which the two above are when unset.",
  PATH: "Where programs are looked for.",
  NODE_OPTIONS: "Options of Node. Those that change how code is compiled keep caches apart.",
  NODE_EXTRA_CA_CERTS:
    "A file of further certificates for TLS. Node 20 reads it at each start, which `spacer doctor` warns of: that takes longer than all else in a start.",
  VSCODE_INSPECTOR_OPTIONS: "Set by VS Code for programs that it debugs.",
  TERM_PROGRAM: "`vscode`: breakpoints are told as VS Code needs it.",
};

/** Between processes of spacer, or of Node. */
const INTERNAL: ReadonlySet<string> = new Set(["NODE_UNIQUE_ID", "JEST_WORKER_ID"]);

export interface EnvironmentSources {
  readonly config: SourceFile;
  readonly database: SourceFile;
  /** The sources of the program, by path. */
  readonly texts: ReadonlyMap<string, string>;
}

export function environmentReference({ config, database, texts }: EnvironmentSources): string {
  checkMeanings(texts);
  const rows = Object.entries(MEANINGS).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
  const settings = settingVariables(config, database).map(
    ([path, names]) => `| ${names.map((name) => `\`${name}\``).join(", ")} | \`${path}\` |`,
  );
  return `${DERIVED_NOTE}

# Environment variables

What functions may read of the environment is another matter: the setting \`envVar\` ([guide](../guide/environment.md)). Outside production
the file \`.env\` of a project may set variables, too, all but \`SPACER_ENV\`.

| Variable | Meaning |
| --- | --- |
${rows.join("\n")}

## In place of settings

Their values are YAML, as in [the settings](configuration.md): \`SPACER_TOPICS='[orders]'\`. An empty variable is as good as none.

| Variable | Setting |
| --- | --- |
${settings.join("\n")}
`;
}

/** @throws Error "SPACER_X is read in cli/x.ts, but not described" */
export function checkMeanings(texts: EnvironmentSources["texts"]): void {
  const read =
    /\b(?:\w*[eE]nv|environment)\["([A-Z][A-Z_]+)"\]|environmentVariable\("([A-Z_]+)"\)|\{ ([A-Z][A-Z_, ]+?)(?:: \w+)?(?: = "")? \} = (?:process\.)?env\b/g;
  for (const [path, text] of texts) {
    for (const [, ...names] of text.matchAll(read)) {
      for (const name of names.flatMap((each: string | undefined) => each?.split(", ") ?? [])) {
        if (name in MEANINGS || INTERNAL.has(name)) continue;
        throw new Error(
          `${name} is read in ${path}, but docs/generate/environmentReference.ts does not describe it`,
        );
      }
    }
  }
  const all = [...texts.values()].join("\n");
  const unread = Object.keys(MEANINGS).find((name) => !new RegExp(`\\b${name}\\b`).test(all));
  if (unread !== undefined)
    throw new Error(`nothing reads the environment variable ${unread} any more`);
}

/** Each setting with the variables in its place, as cli/config.ts reads them. */
function settingVariables(
  config: SourceFile,
  database: SourceFile,
): [path: string, names: string[]][] {
  const original = stringsIn(config, "ORIGINAL_KEYS").map((key): [string, string[]] => [
    key,
    [`SPACER_${inWords(key)}`, key.toUpperCase()],
  ]);
  const own = stringsIn(config, "OWN_KEYS").map((key): [string, string[]] => [
    key,
    [`SPACER_${inWords(key)}`],
  ]);
  const group = (file: SourceFile, shape: string, path: string, shown: string) =>
    keysOf(file, shape).map((key): [string, string[]] => [
      `${shown}.${key}`,
      [`SPACER_${path}_${inWords(key)}`, ...(path === "GATEWAY" && key === "port" ? ["PORT"] : [])],
    ]);
  return [
    ...original,
    ...own,
    ...group(config, "GATEWAY_SHAPE", "GATEWAY", "gateway"),
    ...group(config, "WORKERS_SHAPE", "WORKERS", "workers"),
    ...group(database, "DATABASE_SHAPE", "DATABASE", "database.NAME").filter(
      ([path]) => path !== "database.NAME.pool",
    ),
    ...group(database, "POOL_SHAPE", "DATABASE_POOL", "database.NAME.pool"),
  ];
}

/** @throws Error when the file has no such list of texts any more */
function stringsIn(file: SourceFile, constant: string): string[] {
  const texts = file
    .getVariableDeclarationOrThrow(constant)
    .getDescendants()
    .filter(Node.isStringLiteral)
    .filter((text) => Node.isArrayLiteralExpression(text.getParent()))
    .map((text) => text.getLiteralValue());
  if (texts.length === 0) throw new Error(`${CONFIG_READERS}: ${constant} is no list any more`);
  return texts;
}

/** Of an object in a file, or one that it imports. */
function keysOf(file: SourceFile, constant: string): string[] {
  const imported = file
    .getImportDeclarations()
    .find((each) => each.getNamedImports().some((name) => name.getName() === constant))
    ?.getModuleSpecifierSourceFileOrThrow();
  const shape = (imported ?? file).getVariableDeclarationOrThrow(constant).getInitializer();
  if (!Node.isObjectLiteralExpression(shape)) throw new Error(`${constant} is no object any more`);
  return shape
    .getProperties()
    .filter(Node.isPropertyAssignment)
    .map((property) => property.getName());
}

/** "writeProxyListen" -> "WRITE_PROXY_LISTEN", as cli/configVariables.ts has it. */
function inWords(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
