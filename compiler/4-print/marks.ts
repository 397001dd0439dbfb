/** What stands between the words of emitted code, as texts that are known beforehand (textWriter.ts). */
import type * as ESTree from "estree";
import { CompilerBug } from "../compilerBug.ts";
import { Piece } from "./textWriter.ts";

/** Those that have spaces around them for people. */
export interface Marks {
  readonly comma: Piece;
  readonly colon: Piece;
  readonly semicolon: Piece;
  readonly assign: Piece;
  readonly question: Piece;
  readonly otherwise: Piece;
  readonly arrow: Piece;
  readonly if: Piece;
  readonly for: Piece;
  readonly while: Piece;
  readonly switch: Piece;
  /** Ends what is in parentheses before a statement, parameters too. */
  readonly closing: Piece;
  readonly else: Piece;
  readonly elseBlock: Piece;
  readonly try: Piece;
  readonly finally: Piece;
  readonly function: Piece;
  /** Inside the braces of an object. */
  readonly braceSpace: Piece;
  readonly exitEnd: Piece;
}

const piece = (text: string): Piece => new Piece(text);

export const READABLE: Marks = {
  comma: piece(", "),
  colon: piece(": "),
  semicolon: piece("; "),
  assign: piece(" = "),
  question: piece(" ? "),
  otherwise: piece(" : "),
  arrow: piece(" => "),
  if: piece("if ("),
  for: piece("for ("),
  while: piece("while ("),
  switch: piece("switch ("),
  closing: piece(") "),
  else: piece(" else "),
  elseBlock: piece(" else "),
  try: piece("try "),
  finally: piece(" finally "),
  function: piece("function "),
  braceSpace: piece(" "),
  exitEnd: piece("; break $body; }"),
};

export const COMPACT: Marks = {
  comma: piece(","),
  colon: piece(":"),
  semicolon: piece(";"),
  assign: piece("="),
  question: piece("?"),
  otherwise: piece(":"),
  arrow: piece("=>"),
  if: piece("if("),
  for: piece("for("),
  while: piece("while("),
  switch: piece("switch("),
  closing: piece(")"),
  else: piece("else "),
  elseBlock: piece("else"),
  try: piece("try"),
  finally: piece("finally"),
  function: piece("function"),
  braceSpace: piece(""),
  exitEnd: piece(";break $body}"),
};

export const OPENING = piece("(");
export const CLOSING = piece(")");
export const BRACKET = piece("[");
export const BRACKET_END = piece("]");
export const BRACE = piece("{");
export const BRACE_END = piece("}");
export const BRACES = piece("{}");
export const DOT = piece(".");
export const DOTS = piece("...");
export const SEMICOLON = piece(";");
export const COLON = piece(":");
export const QUOTE = piece('"');
export const MINUS = piece("-");
export const SPACE = piece(" ");
export const LINE_BREAK = piece("\n");
export const RETURN = piece("return");
export const BREAK = piece("break");
export const CONTINUE = piece("continue");
export const CASE = piece("case ");
export const NEW = piece("new ");
export const FUNCTION = piece("function ");
export const THIS = piece("this");
export const TYPEOF = piece("typeof ");
export const NOT = piece("!");
/** What `typeof` is compared with. */
export const NUMBER = piece('"number"');
export const OBJECT = piece('"object"');
export const FUNCTION_TYPE = piece('"function"');
export const UNDEFINED_TEXT = piece("undefined");
export const NULL = piece("null");

/** An operator that is no word. */
export interface Operator {
  /** How strongly it binds: an even number. `??` gets parentheses from all operators, and from itself. */
  readonly binding: number;
  readonly readable: Piece;
  readonly compact: Piece;
}

function operator(text: string, binding: number): Operator {
  return { binding, readable: piece(` ${text} `), compact: piece(text) };
}

const OPERATORS = {
  equal: operator("===", 16),
  notEqual: operator("!==", 16),
  and: operator("&&", 8),
  or: operator("||", 4),
  add: operator("+", 22),
  subtract: operator("-", 22),
  less: operator("<", 18),
  greater: operator(">", 18),
  lessOrEqual: operator("<=", 18),
  greaterOrEqual: operator(">=", 18),
  multiply: operator("*", 24),
  remainder: operator("%", 24),
  divide: operator("/", 24),
  coalesce: operator("??", 1),
  bitAnd: operator("&", 14),
  bitXor: operator("^", 12),
  bitOr: operator("|", 10),
  shiftLeft: operator("<<", 20),
  shiftRight: operator(">>", 20),
  shiftRightUnsigned: operator(">>>", 20),
  assign: operator("=", 0),
  assignSum: operator("+=", 0),
};

/** The most frequent ones first: a switch compares one text after the other. */
export function operatorOf(
  text: ESTree.BinaryOperator | ESTree.LogicalOperator | ESTree.AssignmentOperator,
): Operator {
  switch (text) {
    case "=":
      return OPERATORS.assign;
    case "===":
      return OPERATORS.equal;
    case "&&":
      return OPERATORS.and;
    case "!==":
      return OPERATORS.notEqual;
    case "||":
      return OPERATORS.or;
    case "+":
      return OPERATORS.add;
    case "-":
      return OPERATORS.subtract;
    case "<":
      return OPERATORS.less;
    case ">":
      return OPERATORS.greater;
    case "<=":
      return OPERATORS.lessOrEqual;
    case ">=":
      return OPERATORS.greaterOrEqual;
    case "|":
      return OPERATORS.bitOr;
    case "*":
      return OPERATORS.multiply;
    default:
      return rareOperator(text);
  }
}

function rareOperator(text: string): Operator {
  switch (text) {
    case "%":
      return OPERATORS.remainder;
    case "/":
      return OPERATORS.divide;
    case "??":
      return OPERATORS.coalesce;
    case "+=":
      return OPERATORS.assignSum;
    case "&":
      return OPERATORS.bitAnd;
    case "^":
      return OPERATORS.bitXor;
    case "<<":
      return OPERATORS.shiftLeft;
    case ">>":
      return OPERATORS.shiftRight;
    case ">>>":
      return OPERATORS.shiftRightUnsigned;
    default:
      throw new CompilerBug(`no text of the operator ${text}`);
  }
}
