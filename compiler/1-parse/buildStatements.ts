/** What becomes of luaparse's statements; see fromLuaparse.ts. */
import type {
  Block,
  CallExpression,
  Expression,
  Identifier,
  IndexExpression,
  Name,
  Statement,
} from "../ast.ts";
import type { PartReader } from "./partReader.ts";
import type { Leaf } from "./sourceNotes.ts";

/** A part of an `if`; its `else` has no condition. */
export interface Clause {
  readonly condition: Expression | undefined;
  readonly body: Block;
}

type Statements = readonly Statement[];

export interface StatementBuilders {
  labelStatement(): Leaf;
  breakStatement(): Leaf;
  returnStatement(values: readonly Expression[]): Statement;
  ifStatement(clauses: readonly Clause[]): Statement;
  ifClause(condition: Expression, statements: Statements): Clause;
  elseifClause(condition: Expression, statements: Statements): Clause;
  elseClause(statements: Statements): Clause;
  whileStatement(condition: Expression, statements: Statements): Statement;
  doStatement(statements: Statements): Statement;
  repeatStatement(condition: Expression, statements: Statements): Statement;
  localStatement(names: readonly Name[], values: readonly Expression[]): Statement;
  assignmentStatement(
    targets: readonly (Identifier | IndexExpression)[],
    values: readonly Expression[],
  ): Statement;
  callStatement(call: CallExpression): Statement;
  forNumericStatement(
    variable: Name,
    start: Expression,
    limit: Expression,
    step: Expression | null,
    statements: Statements,
  ): Statement;
  forGenericStatement(
    variables: readonly Name[],
    iterators: readonly Expression[],
    statements: Statements,
  ): Statement;
}

export function statementBuilders(parts: PartReader): StatementBuilders {
  const clause = (condition: Expression | undefined, statements: Statements): Clause => ({
    condition,
    body: { statements },
  });
  return {
    labelStatement: () => parts.leaf(),
    breakStatement: () => parts.leaf(),
    returnStatement: (values) => {
      const { span, line } = parts.place("ReturnStatement");
      return { type: "ReturnStatement", span, line, values };
    },
    ifClause: clause,
    elseifClause: clause,
    elseClause: (statements) => clause(undefined, statements),
    ifStatement: (all) => {
      const { span, line } = parts.place("IfStatement");
      const clauses = all.filter(hasCondition);
      const otherwise = clauses.length < all.length ? all.at(-1)?.body : undefined;
      return { type: "IfStatement", span, line, clauses, otherwise };
    },
    whileStatement: (condition, statements) => {
      const { span, line } = parts.place("WhileStatement");
      return { type: "WhileStatement", span, line, condition, body: { statements } };
    },
    doStatement: (statements) => {
      // What luaparse reads in place of a goto.
      const part = parts.any();
      if (part.type === "GotoStatement") return part;
      const { span, line } = part;
      return { type: "DoStatement", span, line, body: { statements } };
    },
    repeatStatement: (condition, statements) => {
      const { span, line } = parts.place("RepeatStatement");
      return { type: "RepeatStatement", span, line, body: { statements }, condition };
    },
    localStatement: (names, values) => {
      const { span, line } = parts.place("LocalStatement");
      return { type: "LocalStatement", span, line, names, values };
    },
    assignmentStatement: (targets, values) => {
      const { span, line } = parts.place("AssignmentStatement");
      return { type: "AssignmentStatement", span, line, targets, values };
    },
    callStatement: (call) => {
      const { span, line } = parts.place("CallStatement");
      return { type: "CallStatement", span, line, call };
    },
    // eslint-disable-next-line max-params -- as luaparse calls it
    forNumericStatement: (variable, start, limit, last, statements) => {
      const { span, line } = parts.place("ForNumericStatement");
      const step = last ?? undefined;
      const body = { statements };
      return { type: "ForNumericStatement", span, line, variable, start, limit, step, body };
    },
    forGenericStatement: (variables, iterators, statements) => {
      const { span, line } = parts.place("ForGenericStatement");
      return {
        type: "ForGenericStatement",
        span,
        line,
        variables,
        iterators,
        body: { statements },
      };
    },
  };
}

function hasCondition(clause: Clause): clause is Clause & { readonly condition: Expression } {
  return clause.condition !== undefined;
}
