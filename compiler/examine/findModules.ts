/**
 * Finds which modules a file can't do without, and what it does to the search for modules.
 *
 * A `require` that may fail is none: in `pcall`, or where a global that may be missing decides
 * (`local ffi = jit and require "ffi"`). Those that the file mentions at all, whether they may fail or not,
 * 2-analyze/findRequires.ts finds for whoever compiles it.
 */
import type { CallExpression, Chunk, Expression, IndexExpression, Statement } from "../ast.ts";
import type { Analysis, Use } from "../2-analyze/index.ts";
import { forEachChild } from "../visit.ts";
import type { ConstantPaths } from "./constantPaths.ts";
import type { ModuleFacts, NamedPlace } from "./facts.ts";

/** Fields of `package`: with modules in them, saying where modules are, and finding them. */
const MODULE_TABLES = ["preload", "loaded"];
const SEARCH_PATHS = ["path", "cpath"];
const SEARCHERS = ["loaders", "searchers"];

/** Who names none of these has nothing to do with modules. */
const MODULE_GLOBALS = ["require", "package", "_G"];

/** Globals that tell in which Lua a program runs. */
const VERSION_GLOBALS = ["_VERSION", "package"];

/** @param known Names of the globals that libraries define. */
export function findModules(
  chunk: Chunk,
  { uses, globals }: Pick<Analysis, "globals" | "uses">,
  { paths, known }: { readonly paths: ConstantPaths; readonly known: ReadonlySet<string> },
): ModuleFacts {
  const required: NamedPlace[] = [];
  const provided = new Set<string>();
  let changesSearch = false;
  let requiresOthers = false;
  // Only ways to these are walked: few parts of a program have to do with modules.
  const places: number[] = [];
  if (MODULE_GLOBALS.some((name) => globals.has(name))) {
    for (const use of uses) if (concernsModules(use, paths)) places.push(use.span.start);
  }

  /** Whether what follows depends on a global that need not be there. */
  const isGuard = (node: Expression | Statement): boolean => {
    if (node.type === "Identifier") {
      const path = paths.of(node);
      const name = path?.root.kind === "global" ? path.root.name : undefined;
      return name !== undefined && (!known.has(name) || VERSION_GLOBALS.includes(name));
    }
    let isFound = false;
    forEachChild(node, (child) => {
      isFound ||= isGuard(child);
    });
    return isFound;
  };

  const provide = (target: IndexExpression, value: Expression | undefined): void => {
    const [table = "", ...rest] = paths.fieldsOf(target.base, "package") ?? [];
    const [field = "", ...others] = paths.fieldsOf(target, "package") ?? [];
    if (SEARCH_PATHS.includes(field) && others.length === 0) changesSearch = true;
    // To forget a module is not to provide one.
    if (!MODULE_TABLES.includes(table) || rest.length > 0 || value?.type === "NilLiteral") return;
    if (target.key.type === "StringLiteral") provided.add(target.key.value);
    else changesSearch = true;
  };

  const visitCall = (node: CallExpression, isGuarded: boolean): void => {
    const { callee, arguments: values } = node;
    const isProtected = paths.isGlobal(callee, "pcall") || paths.isGlobal(callee, "xpcall");
    if (node.method === undefined && paths.isGlobal(callee, "require")) {
      const [name] = values;
      if (name?.type !== "StringLiteral" || isGuarded) requiresOthers = true;
      else required.push({ name: name.value, span: name.span });
    }
    if (isProtected && values[0] !== undefined && paths.isGlobal(values[0], "require")) {
      requiresOthers = true;
    }
    visit(callee, isGuarded);
    for (const value of values) {
      visit(value, isGuarded || (isProtected && value.type === "FunctionExpression"));
    }
  };

  const visit = (node: Statement | Expression, isGuarded: boolean): void => {
    const { start, end } = node.span;
    if (!places.some((place) => place >= start && place < end)) return;
    switch (node.type) {
      case "CallExpression":
        visitCall(node, isGuarded);
        return;
      case "LogicalExpression":
        visit(node.left, isGuarded);
        visit(node.right, isGuarded || isGuard(node.left));
        return;
      case "IfStatement": {
        let isDecided = isGuarded;
        for (const { condition, body } of node.clauses) {
          visit(condition, isDecided);
          isDecided ||= isGuard(condition);
          for (const statement of body.statements) visit(statement, isDecided);
        }
        for (const statement of node.otherwise?.statements ?? []) visit(statement, isDecided);
        return;
      }
      case "AssignmentStatement":
        node.targets.forEach((target, index) => {
          if (target.type === "IndexExpression") provide(target, node.values[index]);
        });
        break;
      case "IndexExpression": {
        const [field = ""] = paths.fieldsOf(node, "package") ?? [];
        // Whoever gets hold of this list is about to add to it.
        if (SEARCHERS.includes(field)) changesSearch = true;
        break;
      }
      default:
    }
    forEachChild(node, (child) => {
      visit(child, isGuarded);
    });
  };
  visit(chunk.main, false);
  return { required, provided: [...provided].sort(), changesSearch, requiresOthers };
}

/** Whether it asks for a module, or has to do with the table `package`. */
function concernsModules(use: Use, paths: ConstantPaths): boolean {
  switch (use.type) {
    case "CallExpression": {
      const [first] = use.arguments;
      return (
        paths.isGlobal(use.callee, "require") ||
        (first !== undefined && paths.isGlobal(first, "require"))
      );
    }
    case "IndexExpression":
      return paths.mayLeadTo(use.base, "package");
    case "Identifier":
      return false;
  }
}
