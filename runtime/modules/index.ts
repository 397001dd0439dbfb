/** The modules that come with spacer: what `require` finds after a program's own folders. */
import type { LuaState } from "../core/state.ts";
import type { LuaFunction, LuaValue } from "../core/value.ts";
import { defineBuiltin } from "../stdlib/library.ts";
import { openCjson, openCjsonSafe } from "./cjson.ts";
import { openFlow } from "./flow.ts";
import { openBase64 } from "./ngx/base64.ts";
import { openNgx } from "./ngx/index.ts";
import { openRe } from "./ngx/re.ts";
import { openSemaphore } from "./ngx/semaphore.ts";
import { theTesting } from "./testing.lazy.ts";
import { openTopics } from "./topics.ts";

/** Makes what `require` returns. Called once per state. */
export type ModuleOpener = (state: LuaState) => LuaValue;

/** Modules written in TypeScript. Those written in Lua are known to the host. */
const openers: ReadonlyMap<string, ModuleOpener> = new Map([
  ["cjson", openCjson],
  ["cjson.safe", openCjsonSafe],
  ["flow", openFlow],
  ["ngx", openNgx],
  ["ngx.base64", openBase64],
  ["ngx.re", openRe],
  ["ngx.semaphore", openSemaphore],
  ["spacer.test", (state) => theTesting().openTesting(state)],
  ["topics", openTopics],
]);

/** The loader of a module that comes with spacer; `undefined` for a name that is none. */
export function findBuiltinModule(state: LuaState, name: string): LuaFunction | undefined {
  const open = openers.get(name);
  if (open !== undefined) return defineBuiltin("module", () => open(state));
  const source = state.host.builtinModuleSource(name);
  return source === undefined ? undefined : state.load(source, `=[builtin ${name}]`);
}
