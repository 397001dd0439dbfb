/** The real process as a `CommandContext`. */
import { dirname, extname, join } from "node:path";
import type { CommandContext } from "./command.ts";
import {
  describeFailure,
  EXIT_BROKEN_PIPE,
  EXIT_FAILURE,
  systemErrorText,
  UserError,
} from "./errors.ts";

import { isTerminal } from "./isTerminal.ts";
import { theTerminal } from "./parts.lazy.ts";
import { ENGINE_OPTIONS } from "./engineFlags.ts";

/** How deep Lua may recurse. See docs/architecture.md. */
export const STACK_SIZE_KIB = 3900;
const STACK_OPTION = `--stack-size=${String(STACK_SIZE_KIB)}`;

/** Options that each process of spacer is given anew. */
const OWN_OPTION =
  /^--(?:stack-size|no-allocation-site-pretenuring|min-semi-space-size=2$|inspect)/;

/** @param entry The path of the executable. */
export function processContext(entry: string): CommandContext {
  let signal: AbortSignal | undefined;
  // A process that it starts is not to ask for the port of the debugger again.
  const options = process.execArgv.filter((option) => !OWN_OPTION.test(option));
  return {
    cwd: process.cwd(),
    env: process.env,
    // Not touched unless asked for: that would take it from Lua's own reads.
    get stdin() {
      return process.stdin;
    },
    // Streams take a while to make, and Lua writes without them.
    get stdout() {
      endWhenNobodyListens();
      return process.stdout;
    },
    get stderr() {
      endWhenNobodyListens();
      return process.stderr;
    },
    get signal() {
      return (signal ??= abortOnSignals());
    },
    self: [process.execPath, STACK_OPTION, ...ENGINE_OPTIONS, ...options, entry],
    luaProgram: join(dirname(entry), `lua${extname(entry)}`),
    luaName: "lua",
    get isTyped() {
      return isTerminal(0);
    },
    openTerminal: () => theTerminal().openProcessTerminal(process.env),
    standardFiles: undefined,
  };
}

/** The first signal asks for a clean end; a second one kills, in case that takes too long. */
function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => {
      controller.abort();
    });
  }
  return controller.signal;
}

let isListenedFor = false;

/**
 * `spacer ... | head` ends quietly, as other programs do, but not as if all had gone well: tests that
 * were cut off have not passed.
 */
function endWhenNobodyListens(): void {
  if (isListenedFor) return;
  isListenedFor = true;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT_BROKEN_PIPE);
    const problem = `can't write to standard output: ${systemErrorText(error)}`;
    process.stderr.write(describeFailure(new UserError(problem), false).text);
    process.exit(EXIT_FAILURE);
  });
  process.stderr.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? EXIT_BROKEN_PIPE : EXIT_FAILURE);
  });
}
