/** A Lua file, loaded in a state of its own to have something in it called again and again. */
import { existsSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import {
  LuaTable,
  type DialectName,
  type InvocationLimits,
  type LuaState,
  type LuaValue,
} from "../../../runtime/index.ts";
import { MemoryLog, provideLog } from "../../../runtime/topics/index.ts";
import { toBytes } from "../../bytes.ts";
import type { CommandContext } from "../../command.ts";
import { readConfig } from "../../config.ts";
import { withEnvFile } from "../../envFile.ts";
import { openLuaState } from "../../luaState.ts";
import { openProject } from "../../project.ts";
import { projectOf } from "../openModule.ts";
import { runTask } from "./runTask.ts";

export interface HotModuleOptions {
  readonly file: string;
  /** Of a file that belongs to no project. */
  readonly dialect: DialectName;
  /** Its streams get what the program prints. */
  readonly context: Pick<CommandContext, "cwd" | "env" | "stdout" | "stderr" | "standardFiles">;
}

/**
 * A state for the file: that of its project, if it is in one. Topics of the project are kept in memory, so
 * that nothing is appended for real. The code is that which runs without a debugger, whoever is watching.
 *
 * @throws UserError about the project
 */
export async function openHotState({
  file,
  dialect,
  context,
}: HotModuleOptions): Promise<LuaState> {
  const root = projectOf(file, context.cwd);
  const isForDebugger = false;
  if (root === undefined) return openLuaState({ dialect, context, isForDebugger });
  const config = readConfig(root, withEnvFile(root, context.env, "development"));
  const options = { mode: "development", context, config, isForDebugger } as const;
  const { state } = await openProject(root, options);
  const log = new MemoryLog(config.topics);
  provideLog(state, () => Promise.resolve(log));
  return state;
}

/**
 * What the file returns, which is loaded as `require` does where that finds it.
 *
 * Rejects with what `runTask` does, and with a `LuaSyntaxError`.
 */
export async function loadHotModule(
  state: LuaState,
  { file, context }: HotModuleOptions,
  limits: InvocationLimits,
): Promise<LuaValue> {
  const { chunkPath, moduleName } = describeFile(file, context.cwd);
  const [callee, ...values] =
    moduleName === undefined
      ? [loadFile(state, chunkPath)]
      : [state.globals.getString("require"), moduleName];
  const [value] = await runTask(state, { callee, values, limits });
  return value;
}

/** How a file is called by the state that loads it; both in bytes. */
export interface FileNames {
  /** From the root of its project, else as it was given. */
  readonly chunkPath: string;
  /** What `require` takes, where that gives this file. */
  readonly moduleName: string | undefined;
}

export function describeFile(file: string, cwd: string): FileNames {
  const root = projectOf(file, cwd);
  if (root === undefined) return { chunkPath: toBytes(file), moduleName: undefined };
  const path = relative(root, resolve(cwd, file)).split(sep).join("/");
  const [, folder, name] = /^(app|lib)\/(.+)\.lua$/.exec(path) ?? [];
  const isShadowed = folder === "lib" && existsSync(join(root, "app", `${name ?? ""}.lua`));
  const isModule = name !== undefined && !name.includes(".") && !isShadowed;
  return { chunkPath: toBytes(path), moduleName: isModule ? toBytes(name) : undefined };
}

function loadFile(state: LuaState, path: string): LuaValue {
  const source = state.host.files.read(path);
  if (typeof source !== "string") throw new Error(`can't read ${path}: ${source.message}`);
  return state.load(source, `@${path}`);
}

/** Whether a value can be called. */
export function isCallable(value: LuaValue): boolean {
  if (typeof value === "function") return true;
  return value instanceof LuaTable && value.metatable?.getString("__call") !== undefined;
}
