import type * as ESTree from "estree";
import type { ForGenericStatement, Name } from "../../ast.ts";
import { CompilerBug } from "../../compilerBug.ts";
import { bodyOf, isBoxed } from "../../2-analyze/index.ts";
import {
  endOfNode,
  pushJumpBack,
  pushLoopEnd,
  pushTrace,
  type TracePlace,
} from "../accessible/traces.ts";
import { operand, type FunctionContext } from "../context.ts";
import { pushCheckpoint } from "../checkpoints.ts";
import type { StatementEmitter } from "../emitters.ts";
import {
  assignStatement,
  binary,
  block,
  breakStatement,
  call,
  conditional,
  forever,
  ifStatement,
  isNil,
  isType,
  member,
  not,
  UNDEFINED,
  type JsStatement,
  allInto,
  firstInto,
} from "../estree.ts";
import { callInto } from "../expressions/CallExpression.ts";
import { callFacts } from "../site.ts";
import { emitAdjusted, emitFromList, takeResults } from "../valueLists.ts";
import { emitBlock } from "./block.ts";
import { declaration } from "./variables.ts";

/**
 * A walk over `pairs` and `ipairs` goes through an iterator object; any other iterator function is
 * called as the manual (2.4.5) says:
 *
 *     $iterator = $iterator(f, s, c);
 *     for (;;) {
 *       if ($iterator !== undefined) {
 *         if (!$iterator.advance()) break;
 *         k = $iterator.key; v = $iterator.value;
 *       } else {
 *         if (Array.isArray($4 = f(s, c)) && ($4 = $settledFew($4)) === null) { ... }   or, for one variable, as any call
 *         if ($4 === undefined) break;
 *         if (Array.isArray($4)) { k = $4[0]; v = $4[1]; } else { k = $bare($4); v = undefined; }
 *         if (k === undefined) break;
 *         c = k;
 *       }
 *       ...
 *     }
 *
 * In PUC Lua 5.1 a coroutine can't yield in an iterator: `$callIterator(f, s, c)`.
 */
export const emitForGenericStatement: StatementEmitter<"ForGenericStatement"> = (node, context) => {
  context.inScope(() => {
    emitLoop(node, context);
  });
};

function emitLoop(node: ForGenericStatement, context: FunctionContext): void {
  const [first] = node.variables;
  if (first === undefined) throw new CompilerBug("a loop without variables");
  const values = emitAdjusted(node.iterators, 3, context, emitFromList);
  const [step, state, control] = HIDDEN_NAMES.map((name, index) => {
    const value = values[index] ?? operand(UNDEFINED);
    const place = context.loopTemporary(name, bodyOf(node), first);
    context.withoutTraces(() => {
      context.pushSited(node, assignStatement(place, value.js));
    });
    return place;
  }) as [ESTree.Identifier, ESTree.Identifier, ESTree.Identifier];
  const walk = context.temporary();
  context.withoutTraces(() => {
    context.pushSited(
      node,
      assignStatement(walk, call(context.helper("iterator"), step, state, control)),
    );
  });
  context.inLoop(node, () => {
    emitTurns(node, { step, state, control, walk }, context);
  });
}

interface Hidden {
  readonly step: ESTree.Identifier;
  readonly state: ESTree.Identifier;
  readonly control: ESTree.Identifier;
  /** Holds the iterator object, if there is one. */
  readonly walk: ESTree.Identifier;
}

function emitTurns(
  node: ForGenericStatement,
  { step, state, control, walk }: Hidden,
  context: FunctionContext,
): void {
  const label = context.newLabel("for");
  const forPlace = context.access === undefined ? node : walkPlace(node);
  pushTrace(lastIteratorOf(node, context), context);
  const body = context.inBreakable({ isLoop: true, label }, () => {
    if (context.module.suspension === "everywhere") pushCheckpoint(node, context);
    pushTrace(forPlace, context);
    const targets = node.variables.map((name) => turnTarget(name, context));
    context.push(
      ifStatement(
        binary("!==", walk, UNDEFINED),
        block(walkTurn(walk, targets)),
        block(callTurn(node, { step, state, control, targets }, context)),
      ),
    );
    node.variables.forEach((name, index) => {
      const target = targets[index];
      if (target !== undefined) pushBox(name, target, context);
    });
    pushJumpBack(context);
    emitBlock(node.body, context);
    pushLoopEnd(context);
  });
  context.push(context.jumps.labeledLoop(label, forever(body)));
}

const HIDDEN_NAMES = ["(for generator)", "(for state)", "(for control)"];

/** Where LuaJIT jumps to the call of the iterator. */
function lastIteratorOf(node: ForGenericStatement, context: FunctionContext): TracePlace {
  const last = node.iterators.at(-1);
  if (last === undefined || context.access === undefined) return node;
  return { line: endOfNode(last, context).line, span: walkPlace(node).span };
}

/** In accessible code: where LuaJIT calls the iterator, on the line where the iterators begin, but behind the body. */
function walkPlace({ line, span }: ForGenericStatement): TracePlace {
  return { line, span: { start: span.end - 1 } };
}

/** The variable itself, or a temporary where the variable is a box that each turn makes anew. */
function turnTarget(name: Name, context: FunctionContext): ESTree.Identifier {
  return isBoxed(context.variableOf(name))
    ? context.temporary()
    : context.declareLocal(name).target;
}

function pushBox(name: Name, target: ESTree.Identifier, context: FunctionContext): void {
  if (isBoxed(context.variableOf(name))) context.push(declaration(name, target, context));
}

function walkTurn(walk: ESTree.Identifier, targets: readonly ESTree.Identifier[]): JsStatement[] {
  const parts = [member(walk, "key"), member(walk, "value")];
  return [
    ifStatement(not(call(member(walk, "advance"))), breakStatement()),
    ...targets.map((target, index) => assignStatement(target, parts[index] ?? UNDEFINED)),
  ];
}

interface CallTurn {
  readonly step: ESTree.Identifier;
  readonly state: ESTree.Identifier;
  readonly control: ESTree.Identifier;
  readonly targets: readonly ESTree.Identifier[];
}

function callTurn(
  node: ForGenericStatement,
  { step, state, control, targets }: CallTurn,
  context: FunctionContext,
): JsStatement[] {
  const made = context.module.isPuc51
    ? call(context.helper("callIterator"), step, state, control)
    : conditional(
        isType(step, "function"),
        call(step, state, control),
        call(context.helper("call"), step, state, control),
      );
  const place = context.access === undefined ? node : walkPlace(node);
  return context.collect(() => {
    if (context.module.suspension === "normal") pushCheckpoint(node, context);
    const facts = callFacts([""], 2, "local '(for generator)'");
    const [first] = targets;
    if (first === undefined) throw new CompilerBug("a loop without variables");
    if (targets.length === 1) {
      const exit = context.exit(firstInto(first));
      const statement = callInto({ made, helper: "settle", place: first }, exit, context);
      context.pushSuspending(place, statement, facts);
    } else {
      const results = context.temporary();
      const exit = context.exit(allInto(results));
      const statement = callInto({ made, helper: "settledFew", place: results }, exit, context);
      context.pushSuspending(place, statement, facts);
      // The usual end, so that what is taken below mostly comes from lists.
      if (context.access === undefined) context.push(ifStatement(isNil(results), breakStatement()));
      context.push(takeResults(results, targets, context));
    }
    pushTrace(place, context);
    context.push(ifStatement(isNil(first), breakStatement()));
    context.push(assignStatement(control, first));
  });
}
