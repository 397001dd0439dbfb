/**
 * Which part of a program's source a function stems from. A function is a bare JavaScript function that
 * knows nothing of its chunk; what it tells is its emitted text. So the scripts of the state are asked
 * which of them has this text at these lines. Several may: then the sources tell whether it matters. It
 * does where a file was loaded in two versions whose functions differ only in what is no part of that
 * text, such as functions within; in other chunks the text has a mark (compiler/3-generate/textMark.ts).
 */
import { mainScript } from "../../../core/chunk.ts";
import { current } from "../../../core/current.ts";
import type { Script } from "../../../core/script.ts";
import type { LuaFunction } from "../../../core/value.ts";
import type { FunctionText } from "../../../host.ts";
import { parseEmittedHeader } from "../../debug/functionInfo.ts";

/** Of a main chunk without `function`. */
export interface FoundSource {
  readonly script: Script;
  readonly function: FunctionText | undefined;
}

/** @returns `undefined` for builtins, and where several functions could be meant. */
export function findSource(callee: LuaFunction): FoundSource | undefined {
  const main = mainScript(callee);
  if (main !== undefined) return { script: main, function: undefined };
  const text = Function.prototype.toString.call(callee);
  const header = parseEmittedHeader(text);
  if (header === undefined) return undefined;
  const found: FoundSource[] = [];
  for (const script of current.state.scriptsCalled(header.shortSource)) {
    for (const range of script.functionsWithText(text, header.firstLine, header.lastLine)) {
      const source = script.functionText(range.offset);
      if (source !== undefined) found.push({ script, function: source });
    }
  }
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  return others.every((other) => isSame(first, other)) ? first : undefined;
}

function isSame(a: FoundSource, b: FoundSource): boolean {
  return (
    a.script.isStripped === b.script.isStripped &&
    a.function?.text === b.function?.text &&
    a.function?.upvalues.join() === b.function?.upvalues.join()
  );
}
