import { defineCommand } from "../command.ts";
import { DIALECT_OPTION, dialectOf } from "../dialectOption.ts";
import { inspect } from "../inspect/inspect.ts";
import { dialectOfFile } from "../inspect/openModule.ts";
import { hotRun } from "../inspect/optimize/hotRun.ts";
import { readRunOptions } from "../inspect/optimize/runOptions.ts";
import { takeTraced } from "../inspect/optimize/tracedRun.ts";
import { parseTarget } from "../inspect/target.ts";
import { chooseView } from "../inspect/view.ts";

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
    debug: {
      type: "boolean",
      description: "Print what a debugger gets: variables in blocks, one statement for each of Lua",
    },
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
    html: {
      type: "boolean",
      description: "Make a page with Lua and JavaScript side by side; with --opt V8's verdicts too",
    },
    output: {
      type: "string",
      short: "o",
      placeholder: "PATH",
      description: "For --html: where to write the page; to standard output by default",
    },
    ast: { type: "boolean", description: "Print the syntax tree as JSON instead" },
    sites: {
      type: "boolean",
      description: "Print instead which emitted lines stem from which lines, as JSON",
    },
    "source-map": {
      type: "boolean",
      description: "Print the source map (version 3) of what a debugger gets instead",
    },
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
    unlimited: {
      type: "boolean",
      description: "For --opt: run for as long as it takes, as a program does that nobody times",
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
    { command: "spacer inspect app/hello.lua --html -o hello.html", meaning: "as a page" },
    {
      command: `spacer inspect app/hello.lua --opt --args '{"name": "Ada"}'`,
      meaning: "what V8 optimizes, and where it can't",
    },
    {
      command: "spacer inspect lib/vector.lua --opt --call 'M.add(1, 2)'",
      meaning: "the same of a library",
    },
    { command: "spacer inspect app/hello.lua --debug", meaning: "what a debugger gets" },
  ],
  run: async ({ operands, options, words }, context) => {
    const { cwd, env } = context;
    const target = parseTarget(operands.file, cwd);
    const view = chooseView(options, target.selector);
    const chosen = options.lua === undefined ? undefined : dialectOf(options.lua);
    const dialect = dialectOfFile(target.file, cwd, chosen);
    const run = readRunOptions(options);
    if (takeTraced(env)) {
      await hotRun({ ...run, file: target.file, dialect }, context);
      return 0;
    }
    const request = {
      target,
      view,
      dialect,
      isResume: options.resume,
      isRaw: options.raw,
      isJson: options.json,
      isOptimized: options.opt,
      output: options.output,
      seconds: run.seconds,
      words,
    };
    return await inspect(request, context);
  },
});
