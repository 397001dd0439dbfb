/** `string.dump` (manual 5.4), and what `load` makes of a dump. */
import { current } from "../../../core/current.ts";
import type { LuaTable } from "../../../core/table.ts";
import type { LuaFunction, LuaValue } from "../../../core/value.ts";
import type { FunctionText } from "../../../host.ts";
import { callerError, checkFunction } from "../../arguments.ts";
import { decodeDump, encodeDump } from "./dumpFormat.ts";
import { findSource } from "./findSource.ts";

/** @throws LuaError "unable to dump given function" for builtins */
export function dump(value: LuaValue, strip: LuaValue): string {
  const found = findSource(checkFunction(value, 1));
  if (found === undefined) return callerError("unable to dump given function");
  const { script, function: text } = found;
  const isStripped = script.isStripped || (strip !== undefined && strip !== false);
  return encodeDump({
    chunkName: isStripped ? undefined : script.chunkName,
    content:
      text === undefined
        ? { source: script.source }
        : { function: isStripped ? withoutLines(text) : text },
  });
}

/** Where it begins is not told. */
function withoutLines({ firstLine, textLine, ...text }: FunctionText): FunctionText {
  return { ...text, firstLine: 1, textLine: 1 + textLine - firstLine };
}

/**
 * The function of a dump.
 *
 * @param chunkName Of a function that was stripped of its own.
 * @returns "incompatible" for what is no dump of ours, or is of another dialect, "malformed" for a damaged one.
 */
export function loadDump(
  bytes: string,
  chunkName: string,
  environment: LuaTable,
): LuaFunction | "incompatible" | "malformed" {
  const decoded = decodeDump(bytes);
  if (typeof decoded === "string") return decoded;
  const { state } = current;
  const { content, chunkName: ownName } = decoded;
  const isStripped = ownName === undefined;
  const name = ownName ?? chunkName;
  return "source" in content
    ? state.load(content.source, name, environment, isStripped)
    : state.loadFunction(chunkOf(content.function), name, environment, isStripped);
}

/** A text that returns the function, with its lines where they were. */
function chunkOf({ text, firstLine, textLine, upvalues }: FunctionText): string {
  const declaration = upvalues.length === 0 ? "" : `local ${upvalues.join(",")} `;
  const [linesBefore, linesWithin] = [firstLine - 1, textLine - firstLine];
  return `${"\n".repeat(linesBefore)}${declaration}return function${"\n".repeat(linesWithin)}${text}`;
}
