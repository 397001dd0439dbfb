import type { Chunk, Expression, Statement } from "../ast.ts";
import { forEachChild } from "../visit.ts";

/** Functions that make code of texts, or texts of code. */
const CODE_FUNCTIONS: ReadonlySet<string> = new Set([
  "load",
  "loadstring",
  "loadfile",
  "dofile",
  "dump",
]);

/** One of these is in the text of each file that names such a function; an escape may hide a name in a string. */
const TRACES = /load|dofile|dump|\\[\dxuz\r\n]/;

/** Which of these functions occur in a file as names or texts of any kind; sorted. */
export function findMentions(chunk: Chunk, text: string): string[] {
  const found = new Set<string>();
  // Most files need no walk.
  if (!TRACES.test(text)) return [];
  const mention = (name: string): void => {
    if (CODE_FUNCTIONS.has(name)) found.add(name);
  };
  const visit = (node: Statement | Expression): void => {
    if (node.type === "Identifier") mention(node.name);
    else if (node.type === "StringLiteral") mention(node.value);
    else if (node.type === "CallExpression" && node.method !== undefined) mention(node.method);
    forEachChild(node, visit);
  };
  visit(chunk.main);
  return [...found].sort();
}
