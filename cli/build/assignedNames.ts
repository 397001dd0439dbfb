/**
 * Finds which variables of a module its code may assign to, by the text, as esbuild prints it. It errs on the side of too many: where
 * something is taken apart (`[a, b] = c`), all names of those lines count, and what is assigned in an inner scope counts for all of the
 * name. Whoever makes constants of the others never gets a wrong one.
 *
 * By text, because what a bundle has besides Lua is 1.6 MB: a second pass of esbuild, which knows it exactly, took 4% of a whole build.
 */

/** Operators that assign, with the spaces around them, and those that count. */
const ASSIGNMENT = / (?:[-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)?= |\+\+|--/g;
/** A loop over what is no declaration of its own. */
const LOOP = /\bfor (?:await )?\((?!(?:const|let|var) )([^;]*?) (?:of|in) /g;

/** In a pattern. What is a part of something, or has parts or arguments, is no variable that is assigned to. */
const NAME = /(?<![\w$])(?<!(?<!\.\.)\.)[\w$]+(?![\w$.[(])/g;
const DECLARATION = /\b(?:const|let|var) $/;
const PATTERN_DECLARATION = /^\s*(?:export )?(?:const|let|var) [[{]/;
/** The first line of one. */
const CLASS = /(?<![\w$."'`])class(?: [\w$]+)?(?: extends [^"'`{}]+)? \{$/;
const INDENT = 2;
/** Behind these a bracket is that of an index. */
const INDEXED = /[\w$)\]?.]/;
/** The end of what began on a line above. */
const CLOSING = /^\s*[\]})]/;
/** What may hide brackets. */
const QUOTE = /["'`/]/;

/** @param declared The names of the module's variables. */
export function assignedNames(code: string, declared: ReadonlySet<string>): Set<string> {
  const names = new Set<string>();
  const addAll = (text: string): void => {
    for (const [name] of text.matchAll(NAME)) if (declared.has(name)) names.add(name);
  };
  for (const { 0: operator, index } of code.matchAll(ASSIGNMENT)) {
    const end = index + operator.length;
    const before = code[index - 1] ?? "";
    if (before === "]" || before === "}") {
      if (operator.endsWith(" ")) addAll(patternBefore(code, index));
      continue;
    }
    const start = startOfName(code, index);
    const name = code.slice(start, index);
    if (declared.has(name) && isVariable(code, start)) names.add(name);
    if (!operator.endsWith(" ")) addAll(code.slice(end, endOfName(code, end)));
  }
  for (const [, pattern = ""] of code.matchAll(LOOP)) addAll(pattern);
  return names;
}

/** Whether the name that begins there is one of a variable, and not where that is declared. */
function isVariable(code: string, start: number): boolean {
  const before = code[start - 1];
  if (before === "." || before === "#") return false;
  return !DECLARATION.test(code.slice(Math.max(0, start - 6), start)) && !isField(code, start);
}

/** Whether what begins there is a line of a class. */
function isField(code: string, start: number): boolean {
  const lineStart = code.lastIndexOf("\n", start - 1) + 1;
  const indent = code.slice(lineStart, start);
  if (indent.trim() !== "" || indent.length < INDENT) return false;
  const around = lineIndentedBy(code, lineStart, indent.slice(INDENT));
  return CLASS.test(code.slice(around, code.indexOf("\n", around)));
}

function startOfName(code: string, end: number): number {
  let start = end;
  while (isNamePart(code.charCodeAt(start - 1))) start--;
  return start;
}

function endOfName(code: string, start: number): number {
  let end = start;
  while (isNamePart(code.charCodeAt(end))) end++;
  return end;
}

function isNamePart(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36
  );
}

/** The text in which all that is assigned to stands, for an assignment behind a bracket; empty where it is none to variables. */
function patternBefore(code: string, end: number): string {
  const lineStart = code.lastIndexOf("\n", end - 1) + 1;
  const line = code.slice(lineStart, end);
  if (line.endsWith("]") && isIndex(line)) return "";
  let start = lineStart;
  // It began on a line that is indented as far, maybe with others of the kind in between.
  while (start > 0 && CLOSING.test(code.slice(start, code.indexOf("\n", start)))) {
    start = lineIndentedBy(code, start, /^\s*/.exec(line)?.[0] ?? "");
  }
  const pattern = code.slice(start, end);
  return PATTERN_DECLARATION.test(pattern) ? "" : pattern;
}

/** The start of the last line above that is indented so. */
function lineIndentedBy(code: string, lineStart: number, indent: string): number {
  let start = lineStart;
  do {
    start = start < 2 ? 0 : code.lastIndexOf("\n", start - 2) + 1;
  } while (start > 0 && !isIndentedBy(code, start, indent));
  return start;
}

function isIndentedBy(code: string, start: number, indent: string): boolean {
  return code.startsWith(indent, start) && !/\s/.test(code[start + indent.length] ?? "\n");
}

/** Whether the bracket at the end of a line is that of an index, as far as can be told. */
function isIndex(line: string): boolean {
  let depth = 0;
  for (let at = line.length - 1; at >= 0; at--) {
    const character = line[at] as string;
    if (QUOTE.test(character)) return false;
    if (character === "]") depth++;
    if (character === "[" && --depth === 0) return INDEXED.test(line[at - 1] ?? "");
  }
  return false;
}
