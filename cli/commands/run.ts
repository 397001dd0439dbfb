import { toBytes } from "../bytes.ts";
import { defineCommand, type CommandContext } from "../command.ts";
import { DIALECT_OPTION, dialectOf } from "../dialectOption.ts";
import { UserError } from "../errors.ts";
import { INSPECT_OPTIONS } from "../debugging/inspectOptions.ts";
import { openInspector } from "../debugging/openInspector.ts";
import { openLuaState } from "../luaState.ts";
import { readConfig } from "../config.ts";
import { runProgram, type Program, type ProgramPart } from "../program.ts";
import { ProjectLog } from "../projectLog.ts";
import { openProgramState } from "../projectProgram.ts";
import { findProjectRoot } from "../projectRoot.ts";
import { isTerminal } from "../style.ts";

export const runCommand = defineCommand({
  name: "run",
  summary: "Run a Lua program",
  description: [
    "Runs FILE as 'lua FILE' does: 'arg' holds the arguments, standard input and output and the " +
      "exit code are the program's. '-' reads the program from standard input.",
  ],
  operands: {
    file: { placeholder: "FILE", description: "The program; '-' for standard input" },
    arguments: { placeholder: "ARGS", description: "Arguments of the program", isRest: true },
  },
  options: {
    execute: {
      type: "string",
      short: "e",
      placeholder: "CODE",
      description: "Run CODE first; may be given several times",
      isRepeatable: true,
    },
    require: {
      type: "string",
      short: "l",
      placeholder: "NAME",
      description: "Require the module NAME first; may be given several times",
      isRepeatable: true,
    },
    lua: DIALECT_OPTION,
    ...INSPECT_OPTIONS,
    project: {
      type: "string",
      placeholder: "DIR",
      description: "Run within a project: its folder, its modules, its dialect (openresty)",
    },
  },
  optionsEndAtOperand: true,
  examples: [
    { command: "spacer run hello.lua world", meaning: "arg[1] is 'world'" },
    { command: "spacer run -e 'print(1 + 1)'", meaning: "prints 2" },
    { command: "echo 'print(...)' | spacer run - a b", meaning: "a program from standard input" },
    { command: "spacer run --project hello tools/seed.lua", meaning: "with app/ and lib/" },
    { command: "spacer run --inspect-brk hello.lua", meaning: "waits for a debugger" },
  ],
  run: async ({ options, operands, words }, context) => {
    const parts: ProgramPart[] = [
      ...options.require.map((name) => ({ kind: "module", name: toBytes(name) }) as const),
      ...options.execute.map((code) => ({ kind: "code", code: toBytes(code) }) as const),
    ];
    const file = operands.file ?? (parts.length === 0 ? standardInput(context) : undefined);
    if (file !== undefined) parts.push({ kind: "file", path: toBytes(file) });
    const scriptIndex =
      operands.file === undefined ? words.length : scriptPosition(words, operands.arguments);
    const argumentWords = ["spacer", "run", ...words].map(toBytes);
    const program = { parts, words: argumentWords, scriptIndex: scriptIndex + 2 };
    await openInspector(options, context);
    if (options.project === undefined) {
      return await runProgram(openLuaState({ dialect: dialectOf(options.lua), context }), program);
    }
    const root = findProjectRoot(options.project, context.cwd);
    return await runInProject(root, program, context);
  },
});

/** The topics of the project are opened when the program uses them, and closed when it has ended. */
async function runInProject(
  root: string,
  program: Program,
  context: CommandContext,
): Promise<number> {
  const config = readConfig(root, context.env);
  const environment = context.env["SPACER_ENV"] ?? "development";
  const log =
    config.topics.length === 0 ? undefined : new ProjectLog({ root, config, environment });
  try {
    return await runProgram(openProgramState(root, context, log), program);
  } finally {
    await log?.close();
  }
}

/** Without a program it is read from standard input, unless somebody would have to type it. */
function standardInput(context: CommandContext): string {
  if (!isTerminal(context.stdin)) return "-";
  throw new UserError("'spacer run' needs FILE or -e CODE", "'-' reads from standard input");
}

function scriptPosition(words: readonly string[], programArguments: readonly string[]): number {
  return words.length - programArguments.length - 1;
}
