/**
 * Which JavaScript variables of a function must outlive a suspension: those that are read behind
 * some exit before they are written. A liveness analysis, backwards over the emitted tree, in which
 * a set of variables is a number with a bit for each. What one variable does tells nothing of another, so where there
 * are more of them than bits, some are looked at after the others. (A `bigint` for all is an object of its own at each step.)
 *
 * What one turn of a loop leaves for the turn before makes another look at the loop necessary, at what mentions those variables.
 *
 * Conditions are followed with two sets, of what is live when they are true and when they are
 * false: in `(t === 1 || ($1 = f()) === 2) && ($1 = g()) === 3` every way to the end writes `$1`, which
 * a single set would not show.
 */
import type * as ESTree from "estree";
import { CompilerBug } from "../../compilerBug.ts";
import type { JsExpression, JsStatement, Sited } from "../estree.ts";
import { ownExit } from "./exits.ts";

type LiveSet = number;

const NOTHING: LiveSet = 0;
const EVERYTHING: LiveSet = -1;

/** How many variables a set holds: the bits that V8 keeps in a number without an object of its own. */
const SET_SIZE = 31;

/**
 * Nodes of names note which variable they are, as a name is looked up some three times for each node: a number of the look, and
 * the variable's in it. Nodes may be shared by functions, and by modules.
 */
const NOTE_SIZE = SET_SIZE + 1;
const MAX_NOTE = 2 ** 31 - NOTE_SIZE;
/** In the place of a variable's number. */
const NO_VARIABLE = SET_SIZE;

let latestLook = 0;

/** The note of the first variable of a new look. */
function beginLook(): number {
  latestLook = latestLook === MAX_NOTE ? NOTE_SIZE : latestLook + NOTE_SIZE;
  return latestLook;
}

export interface SavedVariables {
  /** In the order of the variables. */
  readonly saved: string[];
  /**
   * For the body of each loop: saved variables that it assigns to but that do not come from the turn
   * before.
   */
  readonly fresh: ReadonlyMap<ESTree.Statement, readonly string[]>;
}

/** @param variables All that may be saved: parameters, locals, temporaries, captures. */
export function findSavedVariables(
  body: readonly JsStatement[],
  variables: readonly string[],
): SavedVariables {
  const saved: string[] = [];
  const fresh = new Map<ESTree.Statement, string[]>();
  for (let start = 0; start < variables.length; start += SET_SIZE) {
    const group =
      variables.length <= SET_SIZE ? variables : variables.slice(start, start + SET_SIZE);
    const analysis = new Liveness(group);
    analysis.before(body, NOTHING);
    addNames(analysis.saved, group, saved);
    for (const [loopBody, { live, assigned }] of analysis.turns) {
      const found = analysis.saved & assigned & ~live;
      if (found === NOTHING) continue;
      let names = fresh.get(loopBody);
      if (names === undefined) fresh.set(loopBody, (names = []));
      addNames(found, group, names);
    }
  }
  return { saved, fresh };
}

function addNames(set: LiveSet, variables: readonly string[], names: string[]): void {
  for (let index = 0; index < variables.length; index++) {
    if ((set & (1 << index)) !== 0) names.push(variables[index] as string);
  }
}

/** What all looks at a loop have found. */
interface Turn {
  /** What is live where a turn begins. */
  readonly live: LiveSet;
  /** What a turn assigns to. */
  readonly assigned: LiveSet;
  /**
   * What is live at the loop's head. What is live behind the loop only grows from one look to the next, so that is where
   * the next one begins; else loops in loops would take twice as long each.
   */
  readonly head: LiveSet;
}

const NO_TURN: Turn = { live: NOTHING, assigned: NOTHING, head: NOTHING };

class Liveness {
  /** Live behind some exit. */
  saved = NOTHING;
  /** By the body of a loop. */
  readonly turns = new Map<ESTree.Statement, Turn>();
  private assigned = NOTHING;
  private mentioned = NOTHING;
  /** The variables that are looked for. Where others are live was found before; what sets say of them then means nothing. */
  private wanted = EVERYTHING;
  /** By name: which variable it is. */
  private readonly numbers = new Map<string, number>();
  private readonly firstNote = beginLook();
  /** What is live where an unlabelled `break` goes. */
  private breakTarget = NOTHING;
  /** By label. */
  private breakTargets: Map<string, LiveSet> | undefined = undefined;
  private continueTargets: Map<string, LiveSet> | undefined = undefined;

  constructor(variables: readonly string[]) {
    for (let index = 0; index < variables.length; index++) {
      this.numbers.set(variables[index] as string, index);
    }
  }

  /** What is live before some statements, given what is live behind them. */
  before(statements: readonly JsStatement[], after: LiveSet): LiveSet {
    let live = after;
    for (let index = statements.length - 1; index >= 0; index--) {
      live = this.beforeStatement(statements[index] as JsStatement, live);
    }
    return live;
  }

  private beforeStatement(statement: JsStatement, after: LiveSet, label?: string): LiveSet {
    switch (statement.type) {
      case "Sited":
        return this.beforeSited(statement, after, label);
      case "ExpressionStatement":
        return this.beforeExpression(statement.expression, after);
      case "BlockStatement":
        return this.before(statement.body, after);
      case "IfStatement":
        return this.beforeCondition(
          statement.test,
          this.beforeStatement(statement.consequent, after),
          statement.alternate ? this.beforeStatement(statement.alternate, after) : after,
        );
      case "BreakStatement":
        return statement.label
          ? targetOf(this.breakTargets, statement.label.name)
          : this.breakTarget;
      case "ContinueStatement":
        return targetOf(this.continueTargets, statement.label?.name ?? "");
      case "ReturnStatement":
        return statement.argument ? this.beforeExpression(statement.argument, NOTHING) : NOTHING;
      case "LabeledStatement":
        (this.breakTargets ??= new Map<string, LiveSet>()).set(statement.label.name, after);
        return this.beforeStatement(statement.body, after, statement.label.name);
      case "WhileStatement":
        return this.beforeLoop({ test: statement.test, body: statement.body }, after, label);
      case "ForStatement": {
        const head = this.beforeLoop(statement, after, label);
        return statement.init ? this.beforeExpression(statement.init as JsExpression, head) : head;
      }
      case "SwitchStatement":
        return this.beforeSwitch(statement, after);
      case "Comment":
      case "DebuggerStatement":
        return after;
      case "VariableDeclaration":
        // Without a value, for debuggers: what reads the variable assigns to it before.
        return after;
      default:
        throw new CompilerBug(`no liveness of a ${statement.type}`);
    }
  }

  private beforeSited(sited: Sited, after: LiveSet, label?: string): LiveSet {
    const { statement } = sited;
    const isWhole = statement.type === "IfStatement" || statement.type === "ExpressionStatement";
    if (!isWhole) return this.beforeStatement(statement, after, label);
    if (this.wanted !== EVERYTHING && (sited.mentioned & this.wanted) === NOTHING) {
      if (ownExit(sited) !== undefined) this.saved |= after & this.wanted;
      return after;
    }
    const { mentioned } = this;
    this.mentioned = NOTHING;
    const live =
      statement.type === "IfStatement"
        ? this.beforeSuspending(statement, after)
        : this.beforeExpression(statement.expression, after);
    sited.mentioned = this.mentioned;
    this.mentioned |= mentioned;
    return live;
  }

  /** An exit saves what is live behind the statement it is in, but for what the results go to. */
  private beforeSuspending(statement: ESTree.IfStatement, after: LiveSet): LiveSet {
    const consequent = statement.consequent as JsStatement;
    let whenTrue: LiveSet;
    if (consequent.type === "SuspendExit") {
      const { resumption } = consequent;
      whenTrue = resumption.form === "none" ? after : this.beforeTaking(resumption.place, after);
      this.saved |= whenTrue & this.wanted;
    } else {
      whenTrue = this.beforeStatement(consequent, after);
    }
    const alternate = statement.alternate as JsStatement | null | undefined;
    let whenFalse = after;
    if (alternate?.type === "IfStatement") whenFalse = this.beforeSuspending(alternate, after);
    else if (alternate) whenFalse = this.beforeStatement(alternate, after);
    return this.beforeCondition(statement.test, whenTrue, whenFalse);
  }

  /** Before the results of what was waited for are put where they are wanted. */
  private beforeTaking(
    place: ESTree.Identifier | ESTree.MemberExpression,
    after: LiveSet,
  ): LiveSet {
    return place.type === "Identifier"
      ? after & ~this.bitOf(place)
      : this.beforeExpression(place, after);
  }

  private beforeLoop(
    loop: Pick<ESTree.ForStatement, "test" | "update" | "body">,
    after: LiveSet,
    label: string | undefined,
  ): LiveSet {
    const { breakTarget, assigned, wanted } = this;
    this.breakTarget = after;
    const before = this.turns.get(loop.body) ?? NO_TURN;
    let head = (loop.test ? after : NOTHING) | before.head;
    let { live, assigned: assignedInTurn } = before;
    for (;;) {
      const turnEnd = loop.update ? this.beforeExpression(loop.update, head) : head;
      if (label !== undefined) {
        (this.continueTargets ??= new Map<string, LiveSet>()).set(label, turnEnd);
      }
      this.assigned = NOTHING;
      live |= this.beforeStatement(loop.body, turnEnd) & this.wanted;
      assignedInTurn |= this.assigned;
      const found = loop.test ? this.beforeCondition(loop.test, live, after) : live;
      const added = found & ~head & this.wanted;
      if (added === NOTHING) break;
      this.wanted = added;
      head |= added;
    }
    const known = before.head | (head & wanted);
    this.turns.set(loop.body, { live, assigned: assignedInTurn, head: known });
    this.assigned |= assignedInTurn | assigned;
    this.wanted = wanted;
    this.breakTarget = breakTarget;
    return head;
  }

  private beforeSwitch(statement: ESTree.SwitchStatement, after: LiveSet): LiveSet {
    const { breakTarget } = this;
    this.breakTarget = after;
    let next = after;
    let any = after;
    for (let index = statement.cases.length - 1; index >= 0; index--) {
      next = this.before(statement.cases[index]?.consequent ?? [], next);
      any |= next;
    }
    this.breakTarget = breakTarget;
    return this.beforeExpression(statement.discriminant, any);
  }

  private beforeCondition(test: JsExpression, whenTrue: LiveSet, whenFalse: LiveSet): LiveSet {
    switch (test.type) {
      case "LogicalExpression": {
        const isAnd = test.operator === "&&";
        const right = this.beforeCondition(test.right, whenTrue, whenFalse);
        return isAnd
          ? this.beforeCondition(test.left, right, whenFalse)
          : this.beforeCondition(test.left, whenTrue, right);
      }
      case "UnaryExpression":
        return test.operator === "!"
          ? this.beforeCondition(test.argument, whenFalse, whenTrue)
          : this.beforeExpression(test.argument, whenTrue | whenFalse);
      // The usual ones once more, which spares a call for each.
      case "BinaryExpression":
        return this.beforeBinary(test, whenTrue | whenFalse);
      case "Identifier":
        return whenTrue | whenFalse | this.bitOf(test);
      default:
        return this.beforeExpression(test, whenTrue | whenFalse);
    }
  }

  /** Operands are evaluated from left to right, so they are looked at from right to left. */
  private beforeExpression(node: JsExpression | ESTree.SpreadElement, after: LiveSet): LiveSet {
    switch (node.type) {
      case "Identifier":
        return after | this.bitOf(node);
      case "BinaryExpression":
        return this.beforeBinary(node, after);
      case "Literal":
        return after;
      case "AssignmentExpression":
        return this.beforeAssignment(node, after);
      case "CallExpression":
      case "NewExpression":
        return this.beforeExpression(
          node.callee as JsExpression,
          this.beforeList(node.arguments, after),
        );
      case "MemberExpression": {
        const live = node.computed
          ? this.beforeExpression(node.property as JsExpression, after)
          : after;
        return this.beforeExpression(node.object as JsExpression, live);
      }
      case "UnaryExpression":
      case "UpdateExpression":
      case "SpreadElement":
        return this.beforeExpression(node.argument, after);
      case "LogicalExpression":
        return this.beforeCondition(node, after, after);
      case "ConditionalExpression":
        return this.beforeCondition(
          node.test,
          this.beforeExpression(node.consequent, after),
          this.beforeExpression(node.alternate, after),
        );
      case "ArrayExpression":
        return this.beforeList(node.elements, after);
      case "ObjectExpression":
        return this.beforeList(
          node.properties.map((property) => (property as ESTree.Property).value as JsExpression),
          after,
        );
      case "ThisExpression":
        return after;
      default:
        throw new CompilerBug(`no liveness of a ${node.type}`);
    }
  }

  private beforeBinary({ left, right }: ESTree.BinaryExpression, after: LiveSet): LiveSet {
    return this.beforeExpression(left as JsExpression, this.beforeExpression(right, after));
  }

  private beforeAssignment(node: ESTree.AssignmentExpression, after: LiveSet): LiveSet {
    const { left, right } = node;
    if (left.type !== "Identifier") {
      return this.beforeExpression(left as JsExpression, this.beforeExpression(right, after));
    }
    const bit = this.bitOf(left);
    this.assigned |= bit;
    const isRead = node.operator !== "=";
    return this.beforeExpression(right, isRead ? after | bit : after & ~bit);
  }

  private beforeList(
    nodes: readonly (JsExpression | ESTree.SpreadElement | null)[],
    after: LiveSet,
  ): LiveSet {
    let live = after;
    for (let index = nodes.length - 1; index >= 0; index--) {
      const node = nodes[index];
      if (node) live = this.beforeExpression(node, live);
    }
    return live;
  }

  /** Names of the module, which need no saving, have no bit. */
  private bitOf(node: ESTree.Identifier): LiveSet {
    let number = (node.value ?? 0) - this.firstNote;
    if (number < 0 || number > NO_VARIABLE) {
      number = this.numbers.get(node.name) ?? NO_VARIABLE;
      node.value = this.firstNote + number;
    }
    const bit = number === NO_VARIABLE ? NOTHING : 1 << number;
    this.mentioned |= bit;
    return bit;
  }
}

function targetOf(targets: ReadonlyMap<string, LiveSet> | undefined, label: string): LiveSet {
  const live = targets?.get(label);
  if (live === undefined) throw new CompilerBug(`a jump to the unknown label ${label}`);
  return live;
}
