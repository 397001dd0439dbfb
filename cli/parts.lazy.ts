/** Parts of spacer that a program may never need (docs/tools/lazyImports.ts): with its code in the cache, not even the compiler. */
import * as compiler from "../compiler/index.ts";
import * as pruning from "./cache/pruneCache.ts";
import * as debuggerHost from "./debugging/debuggerHost.ts";
import * as help from "./help.ts";
import * as pipes from "./host/popen.ts";
import * as terminal from "./terminal.ts";

export const theCompiler = () => compiler;
export const theDebuggerHost = () => debuggerHost;
export const theHelp = () => help;
export const thePipes = () => pipes;
export const thePruning = () => pruning;
export const theTerminal = () => terminal;
