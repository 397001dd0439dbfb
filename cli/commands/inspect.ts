import { defineCommand } from "../command.ts";
import { DIALECT_OPTION, dialectOf } from "../dialectOption.ts";
import { dialectOfFile, openModule, openSource } from "../inspect/openModule.ts";
import { hotRun } from "../inspect/optimize/hotRun.ts";
import { exitCodeOf, optimize } from "../inspect/optimize/optimize.ts";
import { readRunOptions } from "../inspect/optimize/runOptions.ts";
import { TRACED_VARIABLE } from "../inspect/optimize/tracedRun.ts";
import { verdictText } from "../inspect/optimize/verdictText.ts";
import { selectFunctions } from "../inspect/selectFunctions.ts";
import { codeText, sitesText, treeText } from "../inspect/showCode.ts";
import { statisticsOf } from "../inspect/statistics.ts";
import { statisticsText } from "../inspect/statisticsText.ts";
import { parseTarget } from "../inspect/target.ts";
import { chooseView } from "../inspect/view.ts";
import { styleFor } from "../style.ts";

export const inspectCommand = defineCommand({
  name: "inspect",
  summary: "Show the JavaScript that a Lua file becomes",
  description: [
    "Compiles FILE and prints what the runtime loads, with the Lua lines as comments. FUNCTION is a name as in Lua " +
      "(M.create, obj:method, f), 'main' for what is outside of all functions, or the number of a line.",
  ],
  operands: {
    file: {
      placeholder: "FILE[:FUNCTION]",
      description: "A Lua file, or a function in it",
      isRequired: true,
    },
  },
  options: {
    resume: {
      type: "boolean",
      description: "Show the script that resumes functions after a wait instead",
    },
    raw: {
      type: "boolean",
      description: "Show the code exactly as it is loaded, without comments for readers",
    },
    stats: {
      type: "boolean",
      description: "Show sizes, exits, captures and boxed variables, by function",
    },
    ast: { type: "boolean", description: "Print the syntax tree as JSON instead" },
    sites: {
      type: "boolean",
      description: "Print instead which emitted lines stem from which lines, as JSON",
    },
    "source-map": { type: "boolean", description: "Print the source map (version 3) instead" },
    opt: {
      type: "boolean",
      description: "Run the file's function until it is hot, and say what V8 made of each function",
    },
    args: {
      type: "string",
      placeholder: "JSON",
      description: "For --opt: the function's argument, as if it came in a request; {} by default",
    },
    call: {
      type: "string",
      placeholder: "LUA",
      description:
        "For --opt: run this expression instead, in which M is what FILE returns and args the argument",
    },
    seconds: {
      type: "integer",
      placeholder: "N",
      description: "For --opt: run for so long; 1 by default",
      maximum: 600,
    },
    iterations: {
      type: "integer",
      placeholder: "N",
      description: "For --opt: make at most so many calls; 1000000 by default",
    },
    json: { type: "boolean", description: "Print what --stats or --opt shows as JSON" },
    lua: DIALECT_OPTION,
  },
  examples: [
    { command: "spacer inspect app/hello.lua", meaning: "the emitted JavaScript" },
    { command: "spacer inspect lib/users.lua:M.create", meaning: "that of one function" },
    { command: "spacer inspect lib/users.lua:12", meaning: "that of the function at line 12" },
    { command: "spacer inspect app/hello.lua --resume", meaning: "what resumes its functions" },
    { command: "spacer inspect app/hello.lua --stats", meaning: "sizes, boxed variables, ..." },
    {
      command: `spacer inspect app/hello.lua --opt --args '{"name": "Ada"}'`,
      meaning: "what V8 optimizes, and where it can't",
    },
    {
      command: "spacer inspect lib/vector.lua --opt --call 'M.add(1, 2)'",
      meaning: "the same of a library",
    },
  ],
  run: async ({ operands, options, words }, context) => {
    const { cwd, env, stdout } = context;
    const { file, selector } = parseTarget(operands.file, cwd);
    const view = chooseView(options, selector);
    const chosen = options.lua === undefined ? undefined : dialectOf(options.lua);
    const dialect = dialectOfFile(file, cwd, chosen);
    if (env[TRACED_VARIABLE] === "1") {
      await hotRun({ ...readRunOptions(options), file, dialect }, context);
      return 0;
    }
    const print = (text: string): number => {
      stdout.write(`${text.trimEnd()}\n`);
      return 0;
    };
    if (view === "ast") return print(treeText(openSource(file, cwd), dialect));
    const module = openModule(file, cwd, dialect);
    const { functions } = module.description;
    const shown = selector === undefined ? undefined : selectFunctions(functions, selector, file);
    const style = styleFor(stdout, env);
    switch (view) {
      case "source-map":
        return print(module.output.sourceMap());
      case "sites":
        return print(sitesText(module, { shown, isResume: options.resume }));
      case "stats": {
        const statistics = statisticsOf(module, shown ?? functions);
        const text = options.json
          ? JSON.stringify(statistics, undefined, 2)
          : statisticsText(statistics, style);
        return print(text);
      }
      case "opt": {
        const { seconds } = readRunOptions(options);
        const report = await optimize(module, shown ?? functions, { words, seconds }, context);
        if (report !== undefined) {
          const text = options.json
            ? JSON.stringify(report, nullForUndefined, 2)
            : verdictText(report, style);
          print(text);
        }
        return exitCodeOf(report);
      }
      default:
        return print(
          codeText(module, { shown, isResume: options.resume, isRaw: options.raw, style }),
        );
    }
  },
});

/** What does not exist is said not to, in JSON. */
function nullForUndefined(_key: string, value: unknown): unknown {
  return value === undefined ? null : value;
}
