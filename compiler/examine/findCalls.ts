/** Finds calls of library functions with too few or too many arguments, and what would explain them. */
import type {
  CallExpression,
  Chunk,
  Expression,
  IndexExpression,
  Span,
  Statement,
} from "../ast.ts";
import type { DetailsOf } from "../diagnostics/catalog.ts";
import type { LibraryFunction } from "../generated/libraries.ts";
import { forEachChild } from "../visit.ts";
import type { ConstantPath, ConstantPaths } from "./constantPaths.ts";
import type { SuspectCall } from "./facts.ts";
import { functionsOfModules, libraryOfModule, type Libraries } from "./libraries.ts";

export interface WrongCall extends Pick<SuspectCall, "functionName" | "root"> {
  readonly span: Span;
  readonly details: DetailsOf<"wrong-argument-count">;
}

export interface Calls {
  readonly wrong: readonly WrongCall[];
  readonly replaced: readonly string[];
}

export function findCalls(chunk: Chunk, paths: ConstantPaths, libraries: Libraries): Calls {
  const wrong: WrongCall[] = [];
  const replaced = new Set<string>();

  const visitCall = (node: CallExpression): void => {
    const called = calledFunction(node, paths);
    if (called === undefined) return;
    const { root, name, function: known } = lookUp(called, libraries) ?? {};
    if (root === undefined || name === undefined || known === undefined) return;
    const details = wrongCount(node, name, known);
    if (details !== undefined) {
      wrong.push({ span: node.span, details, functionName: name, root });
    }
  };
  const visitTarget = ({ base, key }: IndexExpression): void => {
    const path = paths.of(base);
    const library = path === undefined ? undefined : nameOf(path);
    if (library === undefined) return;
    replaced.add(key.type === "StringLiteral" ? `${library}.${key.value}` : library);
  };
  const visit = (node: Statement | Expression): void => {
    if (node.type === "CallExpression") visitCall(node);
    if (node.type === "AssignmentStatement") {
      for (const target of node.targets) if (target.type === "IndexExpression") visitTarget(target);
    }
    forEachChild(node, visit);
  };
  visit(chunk.main);
  return { wrong, replaced: [...replaced].sort() };
}

function calledFunction(
  { callee, method }: CallExpression,
  paths: ConstantPaths,
): ConstantPath | undefined {
  // The metatable of strings: ("x"):rep(3).
  if (method !== undefined && callee.type === "StringLiteral") {
    return { root: { kind: "global", name: "string" }, fields: [method] };
  }
  const path = paths.of(callee);
  if (path === undefined || method === undefined) return path;
  return { root: path.root, fields: [...path.fields, method] };
}

interface Found {
  readonly root: ConstantPath["root"];
  readonly name: string;
  readonly function: LibraryFunction;
}

function lookUp(path: ConstantPath, libraries: Libraries): Found | undefined {
  const name = nameOf(path);
  if (name === undefined) return undefined;
  const { root } = path;
  const functions = root.kind === "module" ? functionsOfModules : libraries.globalFunctions;
  const known = functions.get(name);
  return known === undefined ? undefined : { root, name, function: known };
}

/** The full name: "cjson.encode" whatever the local is called that holds the module. */
function nameOf({ root, fields }: ConstantPath): string | undefined {
  const base = root.kind === "module" ? libraryOfModule(root.name) : root.name;
  return base === undefined ? undefined : [base, ...fields].join(".");
}

function wrongCount(
  { callee, method, arguments: values }: CallExpression,
  name: string,
  { signature, minimum, maximum }: LibraryFunction,
): DetailsOf<"wrong-argument-count"> | undefined {
  const last = values.at(-1);
  // All results of the last one are passed, which may be none.
  const isAtLeast = last?.type === "CallExpression" || last?.type === "VarargExpression";
  const given = values.length - (isAtLeast ? 1 : 0) + (method === undefined ? 0 : 1);
  const isTooFew = !isAtLeast && given < minimum;
  const isTooMany = maximum !== undefined && given > maximum;
  if (!isTooFew && !isTooMany) return undefined;
  const isMethod = method !== undefined && callee.type !== "StringLiteral";
  return { name, signature, minimum, maximum, given, isAtLeast, isMethod };
}
