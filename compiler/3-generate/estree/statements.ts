/** Builders for the statements that emitted code consists of. */
import type * as ESTree from "estree";
import type { Site } from "../site.ts";
import { assign, identifier, literal } from "./expressions.ts";
import { branching, ofSite, otherStatement, simple } from "./layouts.ts";
import type {
  Comment,
  JsExpression,
  JsStatement,
  Resumption,
  Sited,
  SuspendExit,
} from "./nodes.ts";

export function sited(site: Site, statement: JsStatement): Sited {
  return ofSite(site, statement);
}

/** `// @12`: what follows, up to the next one, stems from line 12 of the Lua source. */
export function lineMark(line: number): Comment {
  return comment(`@${String(line)}`);
}

export function comment(text: string): Comment {
  const node = otherStatement("Comment");
  node.text = text;
  return node as Comment;
}

/**
 * What leaves the function where a call suspended; it is numbered later.
 *
 * @param visible For debuggers: the Lua variables that are in scope, by their JavaScript names.
 */
export function suspendExit(
  resumption: Resumption,
  visible: readonly string[] | undefined,
): SuspendExit {
  const node = otherStatement("SuspendExit");
  node.resumption = resumption;
  node.visible = visible;
  return node as SuspendExit;
}

export function expressionStatement(expression: JsExpression): ESTree.Statement {
  const node = simple("ExpressionStatement");
  node.expression = expression;
  return node as ESTree.ExpressionStatement;
}

export function assignStatement(target: ESTree.Pattern, value: JsExpression): ESTree.Statement {
  return expressionStatement(assign(target, value));
}

export function block(statements: readonly JsStatement[]): ESTree.BlockStatement {
  const node = simple("BlockStatement");
  node.body = statements as ESTree.Statement[];
  return node as ESTree.BlockStatement;
}

export function ifStatement(
  test: JsExpression,
  consequent: JsStatement,
  alternate?: JsStatement,
): ESTree.Statement {
  const node = branching("IfStatement", test);
  node.consequent = consequent as ESTree.Statement;
  node.alternate = (alternate as ESTree.Statement | undefined) ?? null;
  return node as ESTree.IfStatement;
}

export function returnStatement(argument: JsExpression): ESTree.Statement {
  const node = simple("ReturnStatement");
  node.argument = argument;
  return node as ESTree.ReturnStatement;
}

export function breakStatement(label?: string): ESTree.Statement {
  const node = simple("BreakStatement");
  node.label = label === undefined ? null : identifier(label);
  return node as ESTree.BreakStatement;
}

export function continueStatement(label: string): ESTree.Statement {
  const node = simple("ContinueStatement");
  node.label = identifier(label);
  return node as ESTree.ContinueStatement;
}

export function labeled(label: string, body: JsStatement): ESTree.Statement {
  const node = simple("LabeledStatement");
  node.label = identifier(label);
  node.body = body as ESTree.Statement;
  return node as ESTree.LabeledStatement;
}

/** `for (;;) { ... }` */
export function forever(statements: readonly JsStatement[]): ESTree.Statement {
  return forStatement({ init: null, test: null, update: null }, statements);
}

export function forStatement(
  { init, test, update }: Pick<ESTree.ForStatement, "init" | "test" | "update">,
  statements: readonly JsStatement[],
): ESTree.ForStatement {
  const node = branching("ForStatement", test ?? null);
  node.init = init;
  node.update = update;
  node.body = block(statements);
  return node as ESTree.ForStatement;
}

export function whileStatement(
  test: JsExpression,
  statements: readonly JsStatement[],
): ESTree.WhileStatement {
  const node = branching("WhileStatement", test);
  node.body = block(statements);
  return node as ESTree.WhileStatement;
}

export function switchStatement(
  discriminant: JsExpression,
  cases: ESTree.SwitchCase[],
): ESTree.SwitchStatement {
  const node = otherStatement("SwitchStatement");
  node.discriminant = discriminant;
  node.cases = cases;
  return node as ESTree.SwitchStatement;
}

/** `try { ... } finally { ... }` */
export function tryFinally(
  statements: readonly JsStatement[],
  finalizer: readonly JsStatement[],
): ESTree.Statement {
  const node = otherStatement("TryStatement");
  node.block = block(statements);
  node.finalizer = block(finalizer);
  return node as ESTree.TryStatement;
}

/**
 * A constant of the module. Written as `var`, which nobody assigns to: V8 knows that as well as of a `const`, of which it would ask
 * at each use in a function whether it has its value by now.
 */
export function constant(name: string, value: JsExpression): ESTree.Statement {
  return declare("var", [declarator(identifier(name), value)]);
}

export function declare(
  kind: ESTree.VariableDeclaration["kind"],
  declarations: ESTree.VariableDeclarator[],
): ESTree.VariableDeclaration {
  const node = otherStatement("VariableDeclaration");
  node.kind = kind;
  node.declarations = declarations;
  return node as ESTree.VariableDeclaration;
}

export function declarator(id: ESTree.Pattern, init?: JsExpression): ESTree.VariableDeclarator {
  return { type: "VariableDeclarator", id, init: init ?? null };
}

/**
 * @param zeros Those that begin as 0 rather than `undefined`.
 * @param others What else there is, with what it begins as.
 */
export function declareLet(
  names: readonly string[],
  zeros: ReadonlySet<string> = new Set(),
  others: readonly { readonly name: string; readonly value: JsExpression }[] = [],
): ESTree.VariableDeclaration {
  const declarations = names.map((name) =>
    declarator(identifier(name), zeros.has(name) ? literal(0) : undefined),
  );
  for (const { name, value } of others) declarations.push(declarator(identifier(name), value));
  return declare("let", declarations);
}
