/** Finds the functions that somebody means. */
import { UserError } from "../errors.ts";
import { suggest } from "../suggestion.ts";
import { MAIN_NAME, NAMELESS, type FunctionDescription } from "../../compiler/index.ts";
import type { InspectedModule } from "./openModule.ts";

/** So many names are listed at most when one is not found. */
const MAX_LISTED = 20;

/**
 * The functions of that name, each with those written inside of it; or the innermost function at a
 * line. `M.create` may also be asked for as `create`, and `obj:method` as `obj.method` or `method`. The
 * code outside of all functions is `main`.
 *
 * @throws UserError "there is no function 'M.crate' in a.lua", "a.lua has no line 99"
 */
export function selectFunctions(
  {
    file,
    source,
    description: { functions },
  }: Pick<InspectedModule, "file" | "source" | "description">,
  selector: string,
): readonly FunctionDescription[] {
  if (/^\d+$/.test(selector)) {
    const lineCount = source.lineAt(Math.max(0, source.text.length - 1));
    const line = Number(selector);
    if (line >= 1 && line <= lineCount) return functionsAt(functions, line);
    const count = lineCount === 1 ? "one line" : `${String(lineCount)} lines`;
    throw new UserError(`${file} has no line ${selector}`, `it has ${count}`);
  }
  if (selector === MAIN_SELECTOR || selector === MAIN_NAME) return functions.slice(0, 1);
  const wanted = selector.replaceAll(":", ".");
  const pathOf = ({ name }: FunctionDescription) => name.replaceAll(":", ".");
  const inside = functions.slice(1);
  const exact = inside.filter((candidate) => pathOf(candidate) === wanted);
  const found = exact.length > 0 ? exact : inside.filter((f) => pathOf(f).endsWith(`.${wanted}`));
  if (found.length === 0) throw notFound(functions, selector, file);
  return withNested(functions, found);
}

const MAIN_SELECTOR = "main";

/** The innermost ones: several where one line holds several. The main function is around them all. */
function functionsAt(
  functions: readonly FunctionDescription[],
  line: number,
): readonly FunctionDescription[] {
  const around = functions.filter(
    ({ index, firstLine, lastLine }) => index === 0 || (firstLine <= line && line <= lastLine),
  );
  return around.filter(({ index }) => around.every(({ parent }) => parent !== index));
}

function withNested(
  functions: readonly FunctionDescription[],
  chosen: readonly FunctionDescription[],
): readonly FunctionDescription[] {
  const indexes = new Set(chosen.map(({ index }) => index));
  // A function comes behind the one it is written in.
  for (const { index, parent } of functions) {
    if (parent !== undefined && indexes.has(parent)) indexes.add(index);
  }
  return functions.filter(({ index }) => indexes.has(index));
}

function notFound(
  functions: readonly FunctionDescription[],
  selector: string,
  file: string,
): UserError {
  const named = functions.slice(1).filter(({ name }) => name !== NAMELESS);
  const names = [...new Set(named.map(({ name }) => name))];
  const problem = `there is no function '${selector}' in ${file}`;
  const more = names.length - MAX_LISTED;
  const listed = [...names.slice(0, MAX_LISTED), ...(more > 0 ? [`and ${String(more)} more`] : [])];
  const list = names.length === 0 ? "it has none with a name" : `it has: ${listed.join(", ")}`;
  const parts = [...names, ...names.map((name) => name.replace(/^.*[.:]/, ""))];
  const guess = suggest(selector, parts, "");
  const isGuess = guess.startsWith("did you mean");
  return new UserError(problem, isGuess ? `${guess} ${list}` : list);
}
