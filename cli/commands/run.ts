import { toBytes } from "../bytes.ts";
import {
  defineCommand,
  type CommandContext,
  type GivenOption,
  type OptionValues,
} from "../command.ts";
import { checkDebugAccess, DEBUG_ACCESS_OPTION } from "../debugAccessOption.ts";
import { INSPECT_OPTIONS } from "../debugging/inspectOptions.ts";
import { isInspectorOpen } from "../debugging/inspector.ts";
import { DIALECT_OPTION, dialectOf } from "../dialectOption.ts";
import { UserError } from "../errors.ts";
import { openLuaState } from "../luaState.ts";
import { runProgram, type Program, type ProgramPart } from "../program.ts";
import { findProjectRoot } from "../projectRoot.ts";
import type { LuaConsole } from "../repl/luaConsole.ts";
import { savedChunk } from "../saveChunk.ts";
import type { RunningProgram } from "../runInProject.ts";
import { withoutLuaVariables, type HiddenVariables } from "../withoutLuaVariables.ts";

const OPTIONS = {
  execute: {
    type: "string",
    short: "e",
    placeholder: "CODE",
    description: "Run CODE first; may be given several times",
    isRepeatable: true,
    mayBeEmpty: true,
  },
  require: {
    type: "string",
    short: "l",
    placeholder: "NAME",
    description: "Require the module NAME first; may be given several times",
    isRepeatable: true,
  },
  interactive: {
    type: "boolean",
    short: "i",
    description: "Read and run lines (a REPL) when the program has ended",
  },
  version: { type: "boolean", short: "v", description: "Print which Lua this is" },
  "ignore-environment": {
    type: "boolean",
    short: "E",
    description: "Ignore the environment variables LUA_INIT and LUA_PATH",
  },
  lua: DIALECT_OPTION,
  "debug-access": DEBUG_ACCESS_OPTION,
  project: {
    type: "string",
    placeholder: "DIR",
    description: "Run within a project: its folder, its modules, its dialect (openresty)",
  },
  ...INSPECT_OPTIONS,
  jit: {
    type: "string",
    short: "j",
    placeholder: "CMD",
    description: "LuaJIT's: on, off and flush are accepted, and do nothing",
    isRepeatable: true,
  },
  optimize: {
    type: "string",
    short: "O",
    placeholder: "OPT",
    description: "LuaJIT's: accepted, and does nothing",
    isValueOptional: true,
  },
  save: {
    type: "boolean",
    short: "b",
    description: "Compile FILE and save it as a file that can be run and loaded (ARGS)",
  },
} as const;

export const runCommand = defineCommand({
  name: "run",
  summary: "Run a Lua program, or a REPL",
  description: [
    "Runs FILE as 'lua FILE' does: 'arg' holds the arguments, standard input and output and the " +
      "exit code are the program's. '-' reads the program from standard input.",
    "Without FILE and CODE, and with -i, it reads lines, runs them and prints their results. Where " +
      "somebody types, there are history and completion (Tab), Ctrl-C ends what runs, and Ctrl-D leaves.",
    "The flags are those of 'lua' and 'luajit', and so are LUA_INIT and LUA_PATH. SPACER_LUA is " +
      "the DIALECT where --lua is not given. 'spacer-lua' is the same command in one word.",
  ],
  operands: {
    file: { placeholder: "FILE", description: "The program; '-' for standard input" },
    arguments: { placeholder: "ARGS", description: "Arguments of the program", isRest: true },
  },
  options: OPTIONS,
  optionsEndAtOperand: true,
  examples: [
    { command: "spacer run hello.lua world", meaning: "arg[1] is 'world'" },
    { command: "spacer run -e 'print(1 + 1)'", meaning: "prints 2" },
    { command: "spacer run", meaning: "a REPL" },
    { command: "spacer run -i hello.lua", meaning: "a REPL with the globals of the program" },
    { command: "spacer run --project hello -i", meaning: "a REPL in which to try functions" },
    { command: "echo 'print(...)' | spacer run - a b", meaning: "a program from standard input" },
    { command: "spacer run --project hello tools/seed.lua", meaning: "with app/ and lib/" },
    {
      command: "spacer run --debug-access -l luacov hello.lua",
      meaning: "with a hook for each line",
    },
    { command: "spacer run --inspect-brk hello.lua", meaning: "waits for a debugger" },
  ],
  run: async ({ options, operands, given, words }, context) => {
    checkLuaJitOptions(options);
    const parts = partsOf(given);
    const isIdle = operands.file === undefined && options.execute.length === 0 && !options.version;
    const isInteractive = options.interactive || (isIdle && context.isTyped);
    const file = operands.file ?? (isIdle && !isInteractive ? "-" : undefined);
    if (options.save) {
      const { from, to } = savedChunk(operands.file, operands.arguments);
      parts.push({ kind: "save", from: toBytes(from), to: toBytes(to) });
    } else if (file !== undefined) {
      parts.push({ kind: "file", path: toBytes(file) });
    }
    const scriptIndex =
      operands.file === undefined ? words.length : words.length - operands.arguments.length - 1;
    const luaConsole = isInteractive ? await openConsole(context) : undefined;
    const program: Program = {
      parts,
      words: [context.luaProgram, ...words].map(toBytes),
      scriptIndex: scriptIndex + 1,
      name: context.luaName,
      readsEnvironment: !options["ignore-environment"],
      printsVersion: options.version || isInteractive,
      goOn: luaConsole && ((state) => luaConsole.run(state)),
    };
    const hasDebugAccess = checkDebugAccess(options);
    await openInspectorFor(options, context);
    try {
      return await runIn(options, { program, context, luaConsole, hasDebugAccess });
    } finally {
      luaConsole?.close();
    }
  },
});

/** `-e` and `-l` in the order in which they were given. */
function partsOf(given: readonly GivenOption[]): ProgramPart[] {
  const parts: ProgramPart[] = [];
  for (const { name, value = "" } of given) {
    if (name === "require") parts.push({ kind: "module", name: toBytes(value) });
    if (name === "execute") parts.push({ kind: "code", code: toBytes(value) });
  }
  return parts;
}

type RunOptions = OptionValues<typeof OPTIONS>;

/** @throws UserError for those that would have to do something, and can't */
function checkLuaJitOptions({ jit }: RunOptions): void {
  const module = jit.find((command) => !/^(?:on|off|flush)$/.test(command));
  if (module === undefined) return;
  throw new UserError(
    `there is no 'jit.${module.replace(/=.*$/s, "")}' here (-j): V8 compiles the code`,
    "'spacer inspect FILE' shows what it makes of functions, --inspect lets a profiler attach",
  );
}

// What most programs do not need is loaded by those that do: a hello world takes its time at the start.

async function openConsole(context: CommandContext): Promise<LuaConsole> {
  const { LuaConsole } = await import("../repl/luaConsole.ts");
  return new LuaConsole(context);
}

async function openInspectorFor(options: RunOptions, context: CommandContext): Promise<void> {
  const isWanted = options.inspect !== undefined || options["inspect-brk"] !== undefined;
  if (!isWanted && !isInspectorOpen()) return;
  const { openInspector } = await import("../debugging/openInspector.ts");
  await openInspector(options, context);
}

async function runIn(options: RunOptions, running: RunningProgram) {
  const { program, context, luaConsole, hasDebugAccess } = running;
  if (options.project !== undefined) {
    const root = findProjectRoot(options.project, context.cwd);
    const { runInProject } = await import("../runInProject.ts");
    return await runInProject(root, running);
  }
  let reveal: HiddenVariables["reveal"] | undefined;
  const state = openLuaState({
    dialect: dialectOf(options.lua ?? defaultDialect(context)),
    context,
    hasDebugAccess,
    adapt: (host) => {
      const hidden = withoutLuaVariables(host, !program.readsEnvironment);
      ({ reveal } = hidden);
      return luaConsole?.adapt(hidden.host) ?? hidden.host;
    },
  });
  reveal?.();
  return await runProgram(state, program);
}

/** @throws UserError */
function defaultDialect({ env }: CommandContext): string | undefined {
  const { SPACER_LUA: dialect = "" } = env;
  if (dialect === "") return undefined;
  const known: readonly string[] = DIALECT_OPTION.choices;
  if (known.includes(dialect)) return dialect;
  throw new UserError(`SPACER_LUA is '${dialect}'`, `possible values: ${known.join(", ")}`);
}
