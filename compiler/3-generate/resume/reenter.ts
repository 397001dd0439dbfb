/**
 * The body of a function, made so that it can be entered behind any of its exits. `$pc` says which,
 * and is 0 where a statement with exits is entered at its beginning.
 *
 * A list of statements becomes the cases of a switch, one behind each exit:
 *
 *     a; b(); c;            switch ($pc) { case 0: a; if (b() === null) { $pc = 1; break $body; }
 *                                          case 1: c; }
 *
 * A loop is entered by the rest of the turn that was interrupted, and goes on as it was written, so
 * that whatever runs long after a wait runs at full speed:
 *
 *     for (;;) { a; b(); }       if ($pc !== 0) { rest of the turn } for (;;) { a; b(); }
 *
 * What is before the first exit of a function or of such a rest can't be reached and is left out.
 */
import type * as ESTree from "estree";
import {
  assign,
  assignStatement,
  binary,
  block,
  conditional,
  expressionStatement,
  forStatement,
  identifier,
  ifStatement,
  labeled,
  literal,
  logical,
  switchStatement,
  type JsExpression,
  type JsStatement,
} from "../estree.ts";
import { exitsIn, exitsInAll, ownExit, type ExitRange } from "./exits.ts";
import { noRedirections, redirectJumps, type Redirections } from "./redirectJumps.ts";

const PC = identifier("$pc");
const isEntering = binary("!==", PC, literal(0));

/**
 * For debuggers: gives the variables of a block that is entered in its middle the values they had. Loops are then
 * entered where they are, so that each statement is there once and a breakpoint has one place:
 *
 *     for (; $pc !== 0 || test; ($pc = 0) || update) { switch ($pc) { case 0: a; ... } }
 */
type Restore = (declaration: ESTree.VariableDeclaration) => ESTree.VariableDeclaration;

/**
 * @param newLabel Makes a label that the function does not have yet.
 * @param restore Given when the code is for debuggers.
 */
export function reenter(
  statements: readonly JsStatement[],
  newLabel: (name: string) => string,
  restore?: Restore,
): JsStatement[] {
  return new Reentry(newLabel, restore, noRedirections()).list(statements, false);
}

type Loop = ESTree.ForStatement | ESTree.WhileStatement;

class Reentry {
  private readonly newLabel: (name: string) => string;
  private readonly restore: Restore | undefined;
  private readonly redirections: Redirections;

  constructor(
    newLabel: (name: string) => string,
    restore: Restore | undefined,
    redirections: Redirections,
  ) {
    this.newLabel = newLabel;
    this.restore = restore;
    this.redirections = redirections;
  }

  /** @param mayBegin Whether the list is also entered at its beginning, with `$pc` at 0. */
  list(statements: readonly JsStatement[], mayBegin: boolean): JsStatement[] {
    const branches: Branch[] = [];
    if (mayBegin) branches.push({ tests: { first: 0, last: 0 }, body: [] });
    for (const statement of statements) {
      const range = exitsIn(statement);
      const isReached = branches.length > 0;
      if (range === undefined) {
        branches.at(-1)?.body.push(this.redirect(statement));
        continue;
      }
      const exit = statement.type === "Sited" ? ownExit(statement) : undefined;
      if (exit === undefined) {
        // Who comes from above enters it at its beginning.
        if (isReached) branches.at(-1)?.body.push(beginning(statement));
        branches.push({ tests: range, body: [this.statement(statement, isReached)] });
      } else {
        branches.at(-1)?.body.push(statement);
        branches.push({ tests: { first: exit.pc, last: exit.pc }, body: [] });
      }
    }
    const [only] = branches;
    if (only === undefined || (branches.length === 1 && !mayBegin)) return only?.body ?? [];
    return [toSwitch(PC, branches)];
  }

  /** A list that may begin with the declaration of its variables. */
  private blockList([first, ...rest]: readonly JsStatement[], mayBegin: boolean): JsStatement[] {
    if (first === undefined) return [];
    return first.type === "VariableDeclaration" && this.restore !== undefined
      ? [this.restore(first), ...this.list(rest, mayBegin)]
      : this.list([first, ...rest], mayBegin);
  }

  private statement(statement: JsStatement, mayBegin: boolean): JsStatement {
    switch (statement.type) {
      case "Sited": {
        const { statement: inner } = statement;
        return isLoop(inner)
          ? this.loop(inner, statement, undefined, mayBegin)
          : this.statement(inner, mayBegin);
      }
      case "BlockStatement":
        return block(this.blockList(statement.body, mayBegin));
      case "LabeledStatement":
        return this.labeledStatement(statement, mayBegin);
      case "IfStatement":
        return this.ifStatement(statement, mayBegin);
      case "SwitchStatement":
        return this.crossingGotos(statement, mayBegin);
      default:
        return isLoop(statement) ? this.loop(statement, statement, undefined, mayBegin) : statement;
    }
  }

  private labeledStatement(statement: ESTree.LabeledStatement, mayBegin: boolean): JsStatement {
    const body = statement.body as JsStatement;
    const inner = body.type === "Sited" ? body.statement : body;
    const label = statement.label.name;
    if (isLoop(inner)) return this.loop(inner, statement, label, mayBegin);
    return labeled(label, this.statement(inner, mayBegin));
  }

  private ifStatement(statement: ESTree.IfStatement, mayBegin: boolean): JsStatement {
    const { test, consequent, alternate } = statement;
    const whenTrue = exitsIn(consequent);
    const whenFalse = alternate ? exitsIn(alternate) : undefined;
    const isTaken =
      whenTrue === undefined
        ? literal(false)
        : whenFalse === undefined
          ? literal(true)
          : binary("<=", PC, literal(whenTrue.last));
    if (!mayBegin && isTaken.type === "Literal") {
      // Only one side can be entered.
      const side = isTaken.value === true ? consequent : (alternate as ESTree.Statement);
      return this.statement(side, false);
    }
    return ifStatement(
      mayBegin ? enteringOr(test, isTaken) : isTaken,
      this.side(consequent, whenTrue, mayBegin),
      alternate ? this.side(alternate, whenFalse, mayBegin) : undefined,
    );
  }

  private side(
    statement: JsStatement,
    range: ExitRange | undefined,
    mayBegin: boolean,
  ): JsStatement {
    return range === undefined ? this.redirect(statement) : this.statement(statement, mayBegin);
  }

  /** The switch of crossing gotos: entered at the case that has the exit. */
  private crossingGotos(statement: ESTree.SwitchStatement, mayBegin: boolean): JsStatement {
    let chosen: JsExpression | undefined;
    statement.cases.toReversed().forEach(({ test, consequent }) => {
      const range = exitsInAll(consequent);
      if (range === undefined || !test) return;
      chosen =
        chosen === undefined
          ? test
          : conditional(binary("<=", PC, literal(range.last)), test, chosen);
    });
    const inner = this.inside({ ...this.redirections, plainBreak: undefined });
    return switchStatement(
      mayBegin
        ? conditional(isEntering, chosen ?? literal(0), statement.discriminant)
        : (chosen ?? literal(0)),
      statement.cases.map((branch) => ({
        ...branch,
        // Each case falls through to the next one's beginning.
        consequent: [
          ...inner.list(branch.consequent, true),
          assignStatement(PC, literal(0)),
        ] as ESTree.Statement[],
      })),
    );
  }

  /**
   * @param whole The loop as it was written, under its label.
   * @param label Its label, if any jump needs one.
   */
  private loop(
    loop: Loop,
    whole: JsStatement,
    label: string | undefined,
    mayBegin: boolean,
  ): JsStatement {
    if (this.restore !== undefined) return this.loopInPlace(loop, whole, label, mayBegin);
    const end = this.newLabel("end");
    const turnEnd = this.newLabel("turn");
    const { breaks, continues, used } = this.redirections;
    const turn = this.inside({
      plainBreak: end,
      breaks: label === undefined ? breaks : new Map([...breaks, [label, end]]),
      continues: label === undefined ? continues : new Map([...continues, [label, turnEnd]]),
      used,
    });
    const statements = turn.list((loop.body as ESTree.BlockStatement).body, false);
    const rest = used.has(turnEnd) ? [labeled(turnEnd, block(statements))] : statements;
    const { init, update } = loop.type === "ForStatement" ? loop : { init: null, update: null };
    if (update) rest.push(expressionStatement(update));
    const start = init ? expressionStatement(init as JsExpression) : undefined;
    const entrance = mayBegin ? [enterOrStart(rest, start)] : rest;
    const all = block([...entrance, this.redirect(withoutInit(whole))]);
    return used.has(end) ? labeled(end, all) : all;
  }

  private loopInPlace(
    loop: Loop,
    { luaPlace }: JsStatement,
    label: string | undefined,
    mayBegin: boolean,
  ): JsStatement {
    const { init, update } = loop.type === "ForStatement" ? loop : { init: null, update: null };
    const leaveEntrance = assign(PC, literal(0));
    // The body is in a switch, which takes an unlabelled `break` for its own.
    const end = label ?? this.newLabel("end");
    const { breaks, continues } = this.redirections;
    const used = new Set<string>();
    const turn = this.inside({ plainBreak: end, breaks, continues, used });
    const entered = forStatement(
      {
        init: init && mayBegin ? logical("||", isEntering, init as JsExpression) : null,
        test: loop.test ? logical("||", isEntering, loop.test) : null,
        update: update ? logical("||", leaveEntrance, update) : leaveEntrance,
      },
      turn.list((loop.body as ESTree.BlockStatement).body, true),
    );
    const place = loop.luaPlace ?? luaPlace;
    if (place !== undefined) entered.luaPlace = place;
    return label !== undefined || used.has(end) ? labeled(end, entered) : entered;
  }

  private redirect(statement: JsStatement): JsStatement {
    return redirectJumps(statement, this.redirections);
  }

  private inside(redirections: Redirections): Reentry {
    return new Reentry(this.newLabel, this.restore, redirections);
  }
}

/** `$pc = 0`; for debuggers it is where the statement begins, which else is also passed to get into it. */
function beginning({ luaPlace }: JsStatement): JsStatement {
  return { ...assignStatement(PC, literal(0)), luaPlace };
}

/** `if ($pc !== 0) { rest of the turn } else start;` */
function enterOrStart(rest: readonly JsStatement[], start: JsStatement | undefined): JsStatement {
  if (rest.length > 0) return ifStatement(isEntering, block(rest), start);
  return start === undefined ? block([]) : ifStatement(binary("===", PC, literal(0)), start);
}

function isLoop(statement: JsStatement): statement is Loop {
  return statement.type === "ForStatement" || statement.type === "WhileStatement";
}

/** A loop, sited or labelled, that goes on where it is. */
function withoutInit(statement: JsStatement): JsStatement {
  switch (statement.type) {
    case "Sited":
      return { ...statement, statement: withoutInit(statement.statement) };
    case "LabeledStatement":
      return { ...statement, body: withoutInit(statement.body) as ESTree.Statement };
    case "ForStatement":
      return { ...statement, init: null };
    default:
      return statement;
  }
}

/** `$pc !== 0 ? isTaken : test`, in short. */
function enteringOr(test: JsExpression, isTaken: JsExpression): JsExpression {
  if (isTaken.type !== "Literal") return conditional(isEntering, isTaken, test);
  return isTaken.value === true
    ? logical("||", isEntering, test)
    : logical("&&", binary("===", PC, literal(0)), test);
}

/** Statements, and the exits behind which they are entered. */
interface Branch {
  readonly tests: ExitRange;
  readonly body: JsStatement[];
}

function toSwitch(discriminant: JsExpression, branches: readonly Branch[]): JsStatement {
  const cases: ESTree.SwitchCase[] = [];
  for (const { tests, body } of branches) {
    const numbers: number[] = [];
    for (let number = tests.first; number <= tests.last; number++) numbers.push(number);
    pushCases(cases, numbers, body);
  }
  return switchStatement(discriminant, cases);
}

/** Some labels of the same statements. */
export function pushCases(
  cases: ESTree.SwitchCase[],
  tests: readonly number[],
  body: JsStatement[],
): void {
  for (const [index, test] of tests.entries()) {
    const consequent = (index === tests.length - 1 ? body : []) as ESTree.Statement[];
    cases.push({ type: "SwitchCase", test: literal(test), consequent });
  }
}
