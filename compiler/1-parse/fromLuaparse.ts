/**
 * luaparse's tree to ours. The only file that knows luaparse.
 *
 * luaparse reads a text in which all that it would misread has been replaced (sourceNotes.ts), with
 * the offsets of the source; strings, numerals and lines are read from the source itself. Chains of
 * left operands, calls and indexes can be as long as the source, so they are walked in loops;
 * everything else is nested 200 levels deep at most.
 */
import luaparse from "luaparse";
import type * as lua from "luaparse";
import type {
  BinaryExpression,
  Block,
  CallExpression,
  Chunk,
  Expression,
  FunctionExpression,
  Identifier,
  IfClause,
  IndexExpression,
  Name,
  Span,
  Statement,
  StringLiteral,
  TableEntry,
  UnaryExpression,
  VarargExpression,
} from "../ast.ts";
import { CompilerBug } from "../compilerBug.ts";
import type { SourceText } from "../source.ts";
import { parseNumeral } from "./numerals.ts";
import { GOTO_STAND_IN, textForLuaparse, type SourceNotes } from "./sourceNotes.ts";
import { stringValue } from "./strings.ts";

/** @throws RangeError when the tree is nested too deeply for the JavaScript stack. */
export function fromLuaparse(source: SourceText, notes: SourceNotes): Chunk {
  const { body } = parseWithLuaparse(textForLuaparse(source.text, notes));
  return new Converter(source, notes).chunk(body);
}

/** In 5.2's syntax, which has what the replacements leave of LuaJIT's: labels and `break` anywhere. */
const OPTIONS = {
  luaVersion: "5.2",
  encodingMode: "pseudo-latin1",
  // LuaJIT takes bytes from 128 for letters. The type declaration knows only `false`.
  extendedIdentifiers: true as false,
  comments: false,
  ranges: true,
} as const;

function parseWithLuaparse(text: string): lua.Chunk {
  try {
    return luaparse.parse(text, OPTIONS);
  } catch (thrown) {
    if ((thrown as Error).name !== "SyntaxError") throw thrown;
    throw new CompilerBug(`luaparse refuses a valid program: ${(thrown as Error).message}`);
  }
}

class Converter {
  private readonly source: SourceText;
  private readonly notes: SourceNotes;

  constructor(source: SourceText, notes: SourceNotes) {
    this.source = source;
    this.notes = notes;
  }

  chunk(body: readonly lua.Statement[]): Chunk {
    const { length } = this.source.text;
    const line = this.source.lineAt(length);
    return {
      main: {
        type: "FunctionExpression",
        span: { start: 0, end: length },
        line,
        parameters: [],
        isVararg: true,
        body: this.block(body, line),
        name: undefined,
        firstLine: 0,
        lastLine: 0,
      },
    };
  }

  private block(statements: readonly lua.Statement[], lastLine: number): Block {
    return { statements: statements.map((statement) => this.statement(statement)), lastLine };
  }

  // --- Statements -----------------------------------------------------------------------------

  private statement(node: lua.Statement): Statement {
    const span = spanOf(node);
    const line = this.source.lineAt(span.start);
    const lastLine = this.lineOfEnd(span);
    switch (node.type) {
      case "LocalStatement":
        return {
          type: "LocalStatement",
          span,
          line,
          names: node.variables.map((name) => this.name(name)),
          values: this.expressions(node.init),
        };
      case "AssignmentStatement":
        return {
          type: "AssignmentStatement",
          span,
          line,
          targets: node.variables.map((variable) => this.target(variable, lastLine)),
          values: this.expressions(node.init),
        };
      case "CallStatement":
        return { type: "CallStatement", span, line, call: this.call(node.expression) };
      case "FunctionDeclaration":
        return this.functionStatement(node, span, line);
      case "DoStatement":
        return this.doStatement(node, span, line);
      case "WhileStatement": {
        const condition = this.expression(node.condition);
        const body = this.block(node.body, lastLine);
        return { type: "WhileStatement", span, line, condition, body };
      }
      case "RepeatStatement": {
        const untilLine = this.notes.untilLines.get(span.start) ?? lastLine;
        const body = this.block(node.body, untilLine);
        const condition = this.expression(node.condition);
        return { type: "RepeatStatement", span, line, body, condition };
      }
      case "IfStatement":
        return this.ifStatement(node, span, line);
      case "ForNumericStatement":
        return {
          type: "ForNumericStatement",
          span,
          line: this.notes.loopLines.get(span.start) ?? line,
          variable: this.name(node.variable),
          start: this.expression(node.start),
          limit: this.expression(node.end),
          step: node.step === null ? undefined : this.expression(node.step),
          body: this.block(node.body, lastLine),
        };
      case "ForGenericStatement":
        return {
          type: "ForGenericStatement",
          span,
          line: this.notes.loopLines.get(span.start) ?? line,
          variables: node.variables.map((name) => this.name(name)),
          iterators: this.expressions(node.iterators),
          body: this.block(node.body, lastLine),
        };
      case "ReturnStatement":
        return { type: "ReturnStatement", span, line, values: this.expressions(node.arguments) };
      case "BreakStatement":
        return { type: "BreakStatement", span, line };
      case "LabelStatement":
        return { type: "LabelStatement", span, line, name: this.nameText(node.label) };
      case "GotoStatement":
        throw new CompilerBug("luaparse has met a goto");
    }
  }

  private doStatement(node: lua.DoStatement, span: Span, line: number): Statement {
    const label = this.notes.gotos.get(span.start);
    if (label !== undefined) return { type: "GotoStatement", span, line, label };
    return { type: "DoStatement", span, line, body: this.block(node.body, this.lineOfEnd(span)) };
  }

  private functionStatement(node: lua.FunctionDeclaration, span: Span, line: number): Statement {
    const { identifier } = node;
    if (identifier === null) throw new CompilerBug("a function statement without a name");
    const value = this.functionExpression(node, identifier);
    if (identifier.type === "Identifier" && node.isLocal) {
      const name = this.name(identifier);
      return { type: "LocalFunctionStatement", span, line, name, function: value };
    }
    const targets = [this.target(identifier, line)];
    return { type: "AssignmentStatement", span, line, targets, values: [value] };
  }

  private ifStatement(node: lua.IfStatement, span: Span, line: number): Statement {
    const clauses: IfClause[] = [];
    let otherwise: Block | undefined;
    node.clauses.forEach((clause, index) => {
      const following = node.clauses[index + 1];
      const lastLine =
        following === undefined
          ? this.lineOfEnd(span)
          : this.source.lineAt(spanOf(following).start);
      if (clause.type === "ElseClause") {
        otherwise = this.block(clause.body, lastLine);
      } else {
        const condition = this.expression(clause.condition);
        clauses.push({ condition, body: this.block(clause.body, lastLine) });
      }
    });
    return { type: "IfStatement", span, line, clauses, otherwise };
  }

  private name(node: lua.Identifier): Name {
    const span = spanOf(node);
    return { type: "Name", span, line: this.lineOfEnd(span), name: this.nameText(node) };
  }

  /** A variable or field that is assigned to; `line` is where LuaJIT reports errors of doing so. */
  private target(node: lua.Expression, line: number): Identifier | IndexExpression {
    const target = this.expression(node);
    if (target.type !== "Identifier" && target.type !== "IndexExpression") {
      throw new CompilerBug(`assignment to a ${target.type}`);
    }
    return target.line === line ? target : { ...target, line };
  }

  // --- Expressions ----------------------------------------------------------------------------

  private expressions(nodes: readonly lua.Expression[]): Expression[] {
    return nodes.map((node) => this.expression(node));
  }

  private expression(node: lua.Expression): Expression {
    let current = node;
    let left = leftOperand(current);
    if (left === undefined) return this.simple(current);
    const outer: lua.Expression[] = [];
    while (left !== undefined) {
      outer.push(current);
      current = left;
      left = leftOperand(current);
    }
    let result = this.simple(current);
    for (let index = outer.length - 1; index >= 0; index--) {
      const combined = outer[index];
      if (combined !== undefined) result = this.combine(combined, result);
    }
    return result;
  }

  /** Converts an expression whose left operand has been converted already. */
  private combine(node: lua.Expression, left: Expression): Expression {
    const span = spanOf(node);
    switch (node.type) {
      case "BinaryExpression":
        return {
          type: "BinaryExpression",
          span,
          line: this.lineOfEnd(span),
          operator: binaryOperator(node.operator),
          left,
          right: this.expression(node.right),
        };
      case "LogicalExpression":
        return {
          type: "LogicalExpression",
          span,
          line: this.lineOfEnd(span),
          operator: node.operator,
          left,
          right: this.expression(node.right),
        };
      case "MemberExpression": {
        const key = this.fieldName(node.identifier);
        return { type: "IndexExpression", span, line: this.errorLine(span), base: left, key };
      }
      case "IndexExpression": {
        const key = this.expression(node.index);
        return { type: "IndexExpression", span, line: this.errorLine(span), base: left, key };
      }
      case "CallExpression":
        return this.callOf(node, left, this.expressions(node.arguments));
      case "TableCallExpression":
        return this.callOf(node, left, [this.expression(node.arguments)]);
      case "StringCallExpression":
        return this.callOf(node, left, [this.expression(node.argument)]);
      default:
        throw new CompilerBug(`${node.type} has no left operand`);
    }
  }

  private callOf(node: CallNode, callee: Expression, values: readonly Expression[]): Expression {
    const span = spanOf(node);
    const { base } = node;
    const call: CallExpression = {
      type: "CallExpression",
      span,
      line: this.errorLine(span),
      callee,
      method: isMethod(base) ? this.nameText(base.identifier) : undefined,
      arguments: values,
    };
    return this.parenthesized(call);
  }

  /** A call that is a statement. */
  private call(node: lua.Expression): CallExpression {
    const call = this.expression(node);
    if (call.type !== "CallExpression") throw new CompilerBug(`a ${call.type} as a statement`);
    return call;
  }

  private parenthesized(expression: CallExpression | VarargExpression): Expression {
    const { span, line } = expression;
    if (!this.notes.parenthesized.has(span.end)) return expression;
    return { type: "Parenthesized", span, line, expression };
  }

  /** Converts an expression that begins with no other one. */
  private simple(node: lua.Expression): Expression {
    const span = spanOf(node);
    switch (node.type) {
      case "NilLiteral":
        return { type: "NilLiteral", span, line: this.lineOfEnd(span) };
      case "BooleanLiteral":
        return { type: "BooleanLiteral", span, line: this.lineOfEnd(span), value: node.value };
      case "NumericLiteral":
        return {
          type: "NumberLiteral",
          span,
          line: this.lineOfEnd(span),
          value: this.number(span),
        };
      case "StringLiteral": {
        const value = stringValue(this.source.text, span.start, span.end);
        return { type: "StringLiteral", span, line: this.lineOfEnd(span), value };
      }
      case "VarargLiteral":
        return this.parenthesized({ type: "VarargExpression", span, line: this.lineOfEnd(span) });
      case "Identifier":
        return { type: "Identifier", span, line: this.errorLine(span), name: this.nameText(node) };
      case "FunctionDeclaration":
        return this.functionExpression(node, undefined);
      case "TableConstructorExpression": {
        const entries = node.fields.map((field) => this.tableEntry(field));
        return { type: "TableExpression", span, line: this.lineOfEnd(span), entries };
      }
      case "UnaryExpression":
        return {
          type: "UnaryExpression",
          span,
          line: this.lineOfEnd(span),
          operator: unaryOperator(node.operator),
          operand: this.expression(node.argument),
        };
      default:
        throw new CompilerBug(`${node.type} has a left operand`);
    }
  }

  private number(span: Span): number {
    const value = parseNumeral(this.source.text.slice(span.start, span.end));
    if (typeof value === "number") return value;
    throw new CompilerBug("a numeral that has been refused");
  }

  private tableEntry(node: lua.TableKey | lua.TableKeyString | lua.TableValue): TableEntry {
    switch (node.type) {
      case "TableKey":
        return { key: this.expression(node.key), value: this.expression(node.value) };
      case "TableKeyString":
        return { key: this.fieldName(node.key), value: this.expression(node.value) };
      case "TableValue":
        return { key: undefined, value: this.expression(node.value) };
    }
  }

  private functionExpression(
    node: lua.FunctionDeclaration,
    identifier: lua.Identifier | lua.MemberExpression | undefined,
  ): FunctionExpression {
    const span = spanOf(node);
    const lastLine = this.lineOfEnd(span);
    const names = node.parameters.filter((parameter) => parameter.type === "Identifier");
    const parameters = names.map((name) => this.name(name));
    if (identifier !== undefined && isMethod(identifier)) {
      parameters.unshift({ ...this.name(identifier.identifier), name: "self" });
    }
    return {
      type: "FunctionExpression",
      span,
      line: lastLine,
      parameters,
      isVararg: names.length < node.parameters.length,
      body: this.block(node.body, lastLine),
      name: identifier === undefined ? undefined : this.functionName(identifier),
      firstLine: this.source.lineAt(span.start),
      lastLine,
    };
  }

  /** What the source calls a function: "a.b:c". */
  private functionName(identifier: lua.Identifier | lua.MemberExpression): string {
    const parts: string[] = [];
    let current: lua.Expression = identifier;
    while (current.type === "MemberExpression") {
      parts.push(current.indexer + this.nameText(current.identifier));
      current = current.base;
    }
    if (current.type === "Identifier") parts.push(this.nameText(current));
    return parts.reverse().join("");
  }

  private fieldName(node: lua.Identifier): StringLiteral {
    const span = spanOf(node);
    const value = this.nameText(node);
    return { type: "StringLiteral", span, line: this.lineOfEnd(span), value };
  }

  private nameText(node: lua.Identifier): string {
    if (node.name !== GOTO_STAND_IN) return node.name;
    const { start, end } = spanOf(node);
    return this.source.text.slice(start, end);
  }

  private lineOfEnd(span: Span): number {
    return this.source.lineAt(span.end - 1);
  }

  /** The line LuaJIT reports errors of a call, an index or the use of a global at. */
  private errorLine(span: Span): number {
    return this.notes.expressionLines.get(span.end) ?? this.lineOfEnd(span);
  }
}

type CallNode = lua.CallExpression | lua.TableCallExpression | lua.StringCallExpression;

/** What an expression begins with; for a method call, the object. */
function leftOperand(node: lua.Expression): lua.Expression | undefined {
  switch (node.type) {
    case "BinaryExpression":
    case "LogicalExpression":
      return node.left;
    case "MemberExpression":
    case "IndexExpression":
      return node.base;
    case "CallExpression":
    case "TableCallExpression":
    case "StringCallExpression":
      return isMethod(node.base) ? node.base.base : node.base;
    default:
      return undefined;
  }
}

/** Whether this is `object:name` of a method call or a function's name. */
function isMethod(node: lua.Expression): node is lua.MemberExpression {
  return node.type === "MemberExpression" && node.indexer === ":";
}

function binaryOperator(operator: lua.BinaryExpression["operator"]): BinaryExpression["operator"] {
  switch (operator) {
    case "//":
    case "&":
    case "|":
    case "~":
    case "<<":
    case ">>":
      throw new CompilerBug(`operator ${operator}`);
    default:
      return operator;
  }
}

function unaryOperator(operator: lua.UnaryExpression["operator"]): UnaryExpression["operator"] {
  if (operator === "~") throw new CompilerBug("operator ~");
  return operator;
}

function spanOf(node: lua.Node): Span {
  const [start, end] = (node as { range?: [number, number] }).range ?? [0, 0];
  return { start, end };
}
