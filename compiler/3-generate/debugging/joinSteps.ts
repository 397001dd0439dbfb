/**
 * For debuggers: what several JavaScript statements do for one statement of Lua is made one statement, so
 * that a step is a step of Lua. Debuggers stop at each JavaScript statement, and VS Code's knows no
 * ranges to pass over.
 *
 *     if (typeof a === "number") $1 = -a; else if (($1 = $unm(a)) === null) exit 1;
 *     if (Array.isArray($1 = f($1)) && $suspends($1)) exit 2;
 *
 *     if ((typeof a === "number" ? ($1 = -a) && false : ($1 = $unm(a)) === null && ($pc = 1)) ||
 *       Array.isArray($1 = f($1)) && $suspends($1) && ($pc = 2)) leave;
 *
 * Without comma operators, behind which V8 stops as well. Each part begins a line, as the site table wants it. It is the last thing done to a function, so
 * nothing else knows of joined statements; exits get their way out of the function here, too.
 */
import type * as ESTree from "estree";
import { CompilerBug } from "../../compilerBug.ts";
import {
  and,
  assign,
  conditional,
  expressionStatement,
  identifier,
  ifStatement,
  literal,
  logical,
  or,
  returnStatement,
  UNDEFINED,
  type JsExpression,
  type JsStatement,
  type Sited,
  type SuspendExit,
} from "../estree.ts";
import { ownExit } from "../resume/exits.ts";

/**
 * The value that a function returns to suspend.
 *
 * @param pc Which exit it is.
 * @param visible The variables that are in scope, of those declared in blocks.
 */
export type Leave = (pc: JsExpression, visible: ReadonlySet<string>) => JsExpression;

export function joinSteps(statements: readonly JsStatement[], leave: Leave): JsStatement[] {
  const joined: JsStatement[] = [];
  let run: JsStatement[] = [];
  const endRun = (): void => {
    joined.push(...joinRun(run, leave));
    run = [];
  };
  for (const statement of statements) {
    const [first] = run;
    if (first !== undefined && !isSamePlace(first, statement)) endRun();
    if (isJoinable(statement)) {
      run.push(statement);
    } else if (run.length > 0 && isReturn(statement)) {
      joined.push(joinReturn(run, statement, leave));
      run = [];
    } else {
      endRun();
      joined.push(inside(statement, leave));
    }
  }
  endRun();
  return joined;
}

/** Joins in the statements that a statement consists of. */
function inside(statement: JsStatement, leave: Leave): JsStatement {
  const within = (child: ESTree.Statement): ESTree.Statement =>
    inside(child, leave) as ESTree.Statement;
  const all = (children: readonly JsStatement[]): ESTree.Statement[] =>
    joinSteps(children, leave) as ESTree.Statement[];
  switch (statement.type) {
    case "Sited":
      return { ...statement, statement: inside(statement.statement, leave) };
    case "SuspendExit":
      return { ...statement, leave: leave(numberOf(statement), new Set(statement.visible)) };
    case "BlockStatement":
      return { ...statement, body: all(statement.body) };
    case "IfStatement":
      return {
        ...statement,
        consequent: within(statement.consequent),
        alternate: statement.alternate ? within(statement.alternate) : null,
      };
    case "LabeledStatement":
    case "WhileStatement":
    case "ForStatement":
      return { ...statement, body: within(statement.body) };
    case "SwitchStatement":
      return {
        ...statement,
        cases: statement.cases.map((branch) => ({ ...branch, consequent: all(branch.consequent) })),
      };
    default:
      return statement;
  }
}

function joinRun(run: readonly JsStatement[], leave: Leave): JsStatement[] {
  const [first] = run;
  if (first === undefined) return [];
  if (run.length === 1 && isOneStep(first)) return [inside(first, leave)];
  const { luaPlace } = first;
  const left = leaving(run, leave);
  const statement =
    left === undefined
      ? expressionStatement(anyOf(run.map(testOf)))
      : ifStatement(anyOf(run.map(testOf)), { ...returnStatement(left), luaPlace });
  return [{ ...statement, luaPlace }];
}

/** Whether debuggers stop at no statement inside a statement. */
function isOneStep(statement: JsStatement): boolean {
  switch (statement.type) {
    case "Sited":
      return isOneStep(statement.statement);
    case "IfStatement":
      return statement.consequent.type === ("SuspendExit" as string) && !statement.alternate;
    default:
      return true;
  }
}

/** `return a || b ? leave : value` */
function joinReturn(run: readonly JsStatement[], last: JsStatement, leave: Leave): JsStatement {
  const value = returnedValue(last);
  const left = leaving(run, leave) ?? UNDEFINED;
  const argument = conditional(anyOf(run.map(testOf)), left, value);
  return { ...returnStatement(argument), luaPlace: run[0]?.luaPlace };
}

/** What leaves the function at one of the exits of some statements; `$pc` says at which. */
function leaving(run: readonly JsStatement[], leave: Leave): JsExpression | undefined {
  const exits = run.flatMap(exitsOf);
  if (exits.length === 0) return undefined;
  return leave(identifier("$pc"), new Set(exits.flatMap(({ visible = [] }) => visible)));
}

function numberOf({ pc, isLast }: SuspendExit): JsExpression {
  return literal(isLast ? -pc : pc);
}

function isSamePlace(one: JsStatement, other: JsStatement): boolean {
  const [a, b] = [one.luaPlace, other.luaPlace];
  return a !== undefined && a.offset === b?.offset && a.line === b.line;
}

/** Whether a statement does nothing but evaluate, and leave the function. */
function isJoinable(statement: JsStatement): boolean {
  const { luaPlace } = statement;
  return luaPlace !== undefined && isPartOf(statement, luaPlace.offset);
}

function isPartOf(statement: JsStatement, offset: number): boolean {
  const { luaPlace } = statement;
  if (luaPlace !== undefined && luaPlace.offset !== offset) return false;
  switch (statement.type) {
    case "Sited":
      return isPartOf(statement.statement, offset);
    case "ExpressionStatement":
    case "SuspendExit":
      return true;
    case "BlockStatement":
      return statement.body.every((child) => isPartOf(child, offset));
    case "IfStatement":
      return (
        isPartOf(statement.consequent, offset) &&
        (!statement.alternate || isPartOf(statement.alternate, offset))
      );
    default:
      return false;
  }
}

/** An expression that does what a statement does, and is true when the function is to be left. */
function testOf(statement: JsStatement): JsExpression {
  switch (statement.type) {
    case "Sited":
      return step(statement, testOf(statement.statement));
    case "ExpressionStatement":
      return and(statement.expression, literal(false));
    case "SuspendExit":
      return assign(identifier("$pc"), numberOf(statement));
    case "BlockStatement":
      return statement.body.length === 0 ? literal(false) : anyOf(statement.body.map(testOf));
    case "IfStatement": {
      const { test, consequent, alternate } = statement;
      return alternate
        ? conditional(test, testOf(consequent), testOf(alternate))
        : and(test, testOf(consequent));
    }
    default:
      throw new CompilerBug(`a ${statement.type} in a step`);
  }
}

/** Longer chains are put together in pairs. */
const LONGEST_CHAIN = 100;

/**
 * `a || b || c`. A long statement (a table of thousands of calls) has more parts than a tree may be deep:
 * with so many it is `(a || b || ...) || (c || d || ...)`.
 */
function anyOf(tests: readonly JsExpression[]): JsExpression {
  if (tests.length <= LONGEST_CHAIN) return or(...tests);
  const middle = Math.floor(tests.length / 2);
  return logical("||", anyOf(tests.slice(0, middle)), anyOf(tests.slice(middle)));
}

function step(sited: Sited, expression: JsExpression): JsExpression {
  return { type: "Step", site: sited.site, pc: ownExit(sited)?.pc, expression };
}

function exitsOf(statement: JsStatement): SuspendExit[] {
  switch (statement.type) {
    case "SuspendExit":
      return [statement];
    case "Sited":
      return exitsOf(statement.statement);
    case "BlockStatement":
      return statement.body.flatMap(exitsOf);
    case "IfStatement":
      return [statement.consequent, ...(statement.alternate ? [statement.alternate] : [])].flatMap(
        exitsOf,
      );
    default:
      return [];
  }
}

function isReturn(statement: JsStatement): boolean {
  if (statement.type === "Sited") return isReturn(statement.statement);
  return statement.type === "ReturnStatement";
}

function returnedValue(statement: JsStatement): JsExpression {
  if (statement.type === "Sited") {
    const value = returnedValue(statement.statement);
    return { type: "Step", site: statement.site, pc: undefined, expression: value };
  }
  if (statement.type !== "ReturnStatement" || !statement.argument) {
    throw new CompilerBug("a return without a value");
  }
  return statement.argument;
}
