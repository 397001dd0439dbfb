// How spacer is written (docs/style.md), as far as a tool can tell.
import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const TOP_FOLDERS = "(?:compiler|runtime|cli|fixtures|docs)/";
const DOORS =
  "(?:compiler/index|runtime/index|runtime/host|runtime/gateway/index|runtime/gateway/fetch/index|runtime/topics/index|runtime/database/index|runtime/sharedDicts/index|runtime/triggers/index|runtime/calling/index|runtime/testing/index|cli/check/index|cli/embeddedPostgres/index|cli/runCli|cli/project|cli/luaState|cli/searchPath|cli/(?:build|madeOnce|ways)\\.testkit)\\.ts$";

/** Paths that leave their folder for one of these: "../../core/table.ts". */
const upTo = (paths) => `^\\.\\./(?:\\.\\./)*(?:${paths})`;
/** Packages, `node:` modules among them, but for these. */
const packagesBut = (...names) => `^(?!\\.|(?:${["$", ...names].join("|")})(?:/|$))`;

const PURE = "compiling is text in, text out, and each package is known to one phase";
const STANDS_FOR_RUNTIME = "compiler/generated/helpers.ts stands for the runtime";
const PHASE_DOOR = "a phase is reached through its index.ts";
const HOST = "the runtime asks its host (runtime/host.ts) for whatever lies outside it";
const DOOR = "the parts of spacer meet at their doors (index.ts), and in cli/ only";

const compiler = (...packages) => ({
  [packagesBut("estree", ...packages)]: PURE,
  [upTo(TOP_FOLDERS)]: STANDS_FOR_RUNTIME,
  "^\\.\\.?/(?:\\.\\./)*[1-4]-[a-z]+/(?!index\\.ts$)": PHASE_DOOR,
});

const runtime = (folders, ...packages) => ({
  [packagesBut(...packages)]: HOST,
  [upTo(TOP_FOLDERS)]: HOST,
  [upTo(`(?:${folders.join("|")})/`)]: "this folder is built upon ours, not the other way round",
});

const cli = (...others) => ({
  [upTo(`(?=${TOP_FOLDERS})(?!${DOORS})`)]: DOOR,
  [`^(?:${["luaparse", "astring", "fastify", "@fastify/send", "croner", ...others].join("|")})$`]:
    "one folder each knows these packages",
});

/**
 * Who may import whom: the table of docs/style.md. The last row that names a file is the one it
 * obeys. `not` maps patterns of import paths to the reason that is shown.
 */
const borders = [
  { files: ["compiler/**"], not: compiler() },
  { files: ["compiler/1-parse/fromLuaparse.ts"], not: compiler("luaparse") },
  { files: ["compiler/4-print/**"], not: compiler("astring", "@jridgewell") },

  { files: ["runtime/*.ts"], not: runtime(["gateway"]) },
  {
    files: ["runtime/core/**"],
    not: { ...runtime([]), "^\\.\\./(?!(?:\\.\\./)*[a-z]+\\.ts$)": "core is built upon nothing" },
  },
  {
    files: ["runtime/helpers/**"],
    not: {
      ...runtime(["json", "functions", "modules", "gateway", "topics"]),
      [upTo("stdlib/(?!base/(?:errors|iteration|lists|raw)\\.ts$)")]:
        "emitted code needs no library, only `assert`, `next`, `select` and `setmetatable`",
    },
  },
  {
    files: ["runtime/json/**"],
    not: runtime(["helpers", "stdlib", "functions", "modules", "gateway", "topics"]),
  },
  {
    files: ["runtime/stdlib/**"],
    not: runtime(["helpers", "json", "functions", "modules", "gateway", "topics"]),
  },
  {
    files: ["runtime/functions/**"],
    not: runtime(["helpers", "modules", "triggers", "gateway", "topics"]),
  },
  {
    files: ["runtime/tracing/**"],
    not: runtime(
      ["helpers", "stdlib", "json", "functions", "modules", "triggers", "gateway", "topics"],
      "node:crypto",
    ),
  },
  { files: ["runtime/modules/**"], not: runtime(["helpers", "triggers", "gateway"]) },
  {
    files: ["runtime/modules/crypto/**"],
    not: runtime(["helpers", "triggers", "gateway"], "node:crypto"),
  },
  {
    files: ["runtime/modules/http/**"],
    not: runtime(
      ["helpers", "triggers", "gateway"],
      "undici",
      "node:net",
      "node:tls",
      "node:zlib",
      "node:stream",
    ),
  },
  {
    files: ["runtime/testing/**"],
    not: runtime(["helpers", "stdlib", "json", "functions", "modules", "triggers", "gateway"]),
  },
  { files: ["runtime/triggers/**"], not: runtime(["helpers", "stdlib", "gateway"]) },
  {
    files: ["runtime/calling/**"],
    not: runtime(["helpers", "stdlib", "modules", "triggers", "gateway", "topics"]),
  },
  {
    files: ["runtime/topics/**"],
    not: {
      ...runtime(
        ["helpers", "stdlib", "json", "functions", "modules", "triggers", "gateway", "tracing"],
        "node:crypto",
      ),
      "^\\.\\./(?:\\.\\./)*core/(?!(?:state|invocation)\\.ts$)":
        "the log knows nothing of Lua but whose it is",
    },
  },
  {
    files: ["runtime/topics/drivers/postgres/**"],
    not: runtime(
      ["helpers", "stdlib", "json", "functions", "modules", "triggers", "gateway"],
      "pg",
      "node:crypto",
      "node:timers",
    ),
  },
  {
    files: ["runtime/topics/drivers/kafka/**"],
    not: runtime(
      ["helpers", "stdlib", "json", "functions", "modules", "triggers", "gateway"],
      "node:crypto",
      "node:timers",
    ),
  },
  {
    files: ["runtime/topics/drivers/kafka/kafkajs/**"],
    not: runtime(
      ["helpers", "stdlib", "json", "functions", "modules", "triggers", "gateway"],
      "kafkajs",
      "node:net",
      "node:tls",
    ),
  },
  {
    files: ["runtime/database/**"],
    not: {
      ...runtime([
        "helpers",
        "stdlib",
        "json",
        "functions",
        "modules",
        "triggers",
        "gateway",
        "topics",
        "tracing",
      ]),
      "^\\.\\./(?:\\.\\./)*core/(?!state\\.ts$)":
        "the database knows nothing of Lua but whose it is",
    },
  },
  {
    files: ["runtime/database/postgres/**"],
    not: runtime(
      [
        "core",
        "helpers",
        "stdlib",
        "json",
        "functions",
        "modules",
        "triggers",
        "gateway",
        "topics",
      ],
      "pg",
    ),
  },
  {
    files: ["runtime/sharedDicts/**"],
    not: { [packagesBut()]: HOST, "^\\.\\./": "the process that keeps them loads nothing else" },
  },
  {
    files: ["runtime/modules/db/**"],
    not: {
      ...runtime(["helpers", "triggers", "gateway", "topics"]),
      [upTo("database/(?!(?:database|provided)\\.ts$)")]:
        "functions know the interface of the database, no driver",
    },
  },
  {
    files: ["runtime/gateway/**"],
    not: {
      ...runtime(
        ["helpers", "stdlib", "modules", "triggers"],
        "fastify",
        "node:http",
        "node:net",
        "node:crypto",
      ),
      [upTo("topics/(?!storage\\.ts$)")]: "a gateway knows the interface of the log, no driver",
    },
  },
  {
    files: ["runtime/gateway/static/**"],
    not: runtime(
      ["core", "helpers", "stdlib", "functions", "modules", "triggers", "topics"],
      "@fastify/send",
      "node:fs",
      "node:http",
      "node:path",
    ),
  },

  { files: ["cli/**"], not: cli("esbuild") },
  { files: ["cli/build/**"], not: cli() },
  {
    files: ["cli/bundled/**"],
    not: {
      ...cli("esbuild", "yaml", "chokidar"),
      [upTo("compiler/")]: "a bundle has the compiler only if its program makes functions of texts",
      "^\\.\\./(?:build|check|commands|dev|inspect|launch|repl|replay|testing)/":
        "what runs in a bundle knows nothing of how it was made, and of no other command",
    },
  },
  { files: ["cli/bundled/compiler.ts"], not: cli("esbuild", "yaml", "chokidar") },
  { files: ["cli/bundled/yaml.ts"], not: cli("esbuild", "chokidar") },
  {
    files: ["cli/cron.ts"],
    not: { "^(?!croner$)": "it calculates with the patterns of croner, and knows nothing else" },
  },
  {
    files: ["docs/**"],
    not: { [upTo(TOP_FOLDERS)]: "sources are read as text, so that they need not work" },
  },
  {
    files: ["docs/generate/{command,target}Reference.ts", "docs/tools/pictures.ts"],
    not: { [upTo("(?:compiler|runtime|fixtures)/")]: DOOR },
  },
  // Tests and what they share see the insides of what they stand beside.
  {
    files: ["fixtures/**", "**/*.{test,testkit}.ts"],
    not: { [upTo(`(?=${TOP_FOLDERS})(?!${DOORS})`)]: DOOR },
  },
];

export default defineConfig(
  { ignores: ["dist*", "coverage", "fixtures/**/expected*.js"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      // The build makes namespaces plain objects (docs/tools/linkScript.ts), which would not see what is assigned later.
      "no-restricted-syntax": [
        "error",
        {
          selector: "ExportNamedDeclaration > VariableDeclaration[kind!='const']",
          message: "An exported variable is not assigned to: export a function, or an object.",
        },
      ],
      // `array[index] as T` says that an index is in range; `!` is for nothing else and banned.
      "@typescript-eslint/non-nullable-type-assertion-style": "off",
      // Making an Error captures a stack, which costs more than the rest of raising and catching.
      "@typescript-eslint/only-throw-error": [
        "error",
        {
          allow: [
            { from: "file", name: ["LuaError", "JsonError", "RegexError", "Stopped", "Exit"] },
          ],
        },
      ],
      // A leading underscore: a place in a calling convention that this function does not need.
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      // `() => emit(node)` reads better than the same with braces.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // Strings hold bytes, of which the control characters are as good as any.
      "no-control-regex": "off",
      "max-lines": ["warn", { max: 400 }],
      "max-params": ["warn", 4],
      "max-depth": ["warn", 4],
      // A flat switch over the kinds of something counts as one decision.
      complexity: ["warn", { max: 15, variant: "modified" }],
      "no-console": "error",
    },
  },
  {
    files: ["docs/generate/**"],
    // ts-morph puts its classes together from mixins, which the rule does not see through.
    rules: { "@typescript-eslint/no-unsafe-class-instance-assignment": "off" },
  },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: { globals: { process: "readonly" } },
  },
  ...borders.map(({ files, not }) => ({
    files,
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: Object.entries(not).map(([regex, reason]) => ({
            regex,
            message: `(docs/style.md, "Who may import whom": ${reason}.)`,
          })),
        },
      ],
    },
  })),
  prettier,
);
