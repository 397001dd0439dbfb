/**
 * Prints emitted scripts, statement by statement, as astring would (treePrinter.ts), and knows the line at any time. For the
 * kinds of statements that emitted code consists of: the code for debuggers has others, and is astring's.
 */
import type * as ESTree from "estree";
import { CompilerBug } from "../compilerBug.ts";
import type { ExitOperator, JsExpression, JsStatement } from "../3-generate/index.ts";
import { CodeWriter } from "./codeWriter.ts";
import {
  BRACE,
  BRACE_END,
  BRACES,
  BREAK,
  CASE,
  COLON,
  CONTINUE,
  LINE_BREAK,
  MINUS,
  RETURN,
  SEMICOLON,
  SPACE,
} from "./marks.ts";
import type { Mapping } from "./places.ts";
import { printExpression } from "./printExpression.ts";
import type { SiteTable } from "./siteTable.ts";
import { Piece } from "./textWriter.ts";

const INDENT = "  ";

/** By depth, as far as they have been needed. */
const INDENTS: (Piece | undefined)[] = [];

/** What exits begin with. */
const EXITS = {
  readable: { "=": new Piece("{ $pc = "), "|=": new Piece("{ $pc |= ") },
  compact: { "=": new Piece("{$pc="), "|=": new Piece("{$pc|=") },
};

export class StatementPrinter extends CodeWriter {
  /** Of what is printed next, from 1. */
  line = 1;
  private depth = 0;
  private readonly sites: SiteTable;
  private readonly exit: Piece;

  /** @param sites Where to add those that are printed. */
  constructor(isCompact: boolean, sites: SiteTable, exitOperator: ExitOperator) {
    super(isCompact);
    this.sites = sites;
    this.exit = EXITS[isCompact ? "compact" : "readable"][exitOperator];
  }

  /** Ends its last line. */
  print(statement: JsStatement): void {
    this.printStatement(statement);
    this.endLine();
  }

  /** Only code for debuggers has some. */
  mappings(): readonly Mapping[] {
    return [];
  }

  private printStatement(statement: JsStatement): void {
    switch (statement.type) {
      case "Sited":
        this.sites.add(statement.site, this.line);
        this.printStatement(statement.statement);
        return;
      case "IfStatement":
        this.printIf(statement);
        return;
      case "ExpressionStatement":
        printExpression(statement.expression, this);
        this.put(SEMICOLON);
        return;
      case "SuspendExit": {
        const { pc, isLast } = statement;
        this.sites.addExit(pc);
        this.put(this.exit);
        if (isLast) this.put(MINUS);
        this.writeNumber(pc);
        this.put(this.marks.exitEnd);
        return;
      }
      case "BlockStatement":
        this.writeBlock(statement.body);
        return;
      case "ReturnStatement":
        this.put(RETURN);
        this.printBehind(statement.argument);
        this.put(SEMICOLON);
        return;
      default:
        this.printRare(statement);
    }
  }

  private printRare(statement: JsStatement): void {
    switch (statement.type) {
      case "Comment":
        if (!this.isCompact) this.write(`// ${onOneLine(statement.text)}`);
        return;
      case "ForStatement":
        this.printPart(this.marks.for, statement.init as JsExpression | undefined);
        this.printPart(this.marks.semicolon, statement.test);
        this.printPart(this.marks.semicolon, statement.update);
        this.put(this.marks.closing);
        this.printStatement(statement.body);
        return;
      case "WhileStatement":
        this.printPart(this.marks.while, statement.test);
        this.put(this.marks.closing);
        this.printStatement(statement.body);
        return;
      case "LabeledStatement":
        this.write(statement.label.name);
        this.put(this.marks.colon);
        this.printStatement(statement.body);
        return;
      case "BreakStatement":
        this.put(BREAK);
        this.printBehind(statement.label);
        this.put(SEMICOLON);
        return;
      case "ContinueStatement":
        this.put(CONTINUE);
        this.printBehind(statement.label);
        this.put(SEMICOLON);
        return;
      case "VariableDeclaration":
        this.printDeclaration(statement);
        return;
      case "SwitchStatement":
        this.printSwitch(statement);
        return;
      case "TryStatement":
        this.printTry(statement);
        return;
      case "DebuggerStatement":
        this.write("debugger;");
        return;
      default:
        throw new CompilerBug(`no text of a ${statement.type}`);
    }
  }

  private printIf({ test, consequent, alternate }: ESTree.IfStatement): void {
    this.printPart(this.marks.if, test);
    this.put(this.marks.closing);
    this.printStatement(consequent);
    if (!alternate) return;
    this.put(hasBraces(alternate) ? this.marks.elseBlock : this.marks.else);
    this.printStatement(alternate);
  }

  writeBlock(statements: readonly JsStatement[]): void {
    if (statements.length === 0) {
      this.put(BRACES);
      return;
    }
    this.put(BRACE);
    this.endLine();
    this.depth++;
    this.printLines(statements);
    this.depth--;
    this.putIndent();
    this.put(BRACE_END);
  }

  private printLines(statements: readonly JsStatement[]): void {
    for (const statement of statements) {
      this.putIndent();
      this.printStatement(statement);
      this.endLine();
    }
  }

  /** Labels of the same place stand on one line. */
  private printSwitch({ discriminant, cases }: ESTree.SwitchStatement): void {
    this.printPart(this.marks.switch, discriminant);
    this.put(this.marks.closing);
    this.put(BRACE);
    this.endLine();
    let isLineBegun = false;
    for (const { test, consequent } of cases) {
      if (!isLineBegun) this.putIndent();
      else if (!this.isCompact) this.put(SPACE);
      this.printPart(CASE, test);
      this.put(COLON);
      isLineBegun = consequent.length === 0;
      if (isLineBegun) continue;
      this.endLine();
      this.depth++;
      this.printLines(consequent);
      this.depth--;
    }
    if (isLineBegun) this.endLine();
    this.putIndent();
    this.put(BRACE_END);
  }

  private printTry({ block, finalizer }: ESTree.TryStatement): void {
    this.put(this.marks.try);
    this.writeBlock(block.body);
    this.put(this.marks.finally);
    this.writeBlock(finalizer?.body ?? []);
  }

  private printDeclaration({ kind, declarations }: ESTree.VariableDeclaration): void {
    this.write(kind);
    let separator = SPACE;
    for (const { id, init } of declarations) {
      this.printPart(separator, id);
      if (init) this.printPart(this.marks.assign, init);
      separator = this.marks.comma;
    }
    this.put(SEMICOLON);
  }

  /** @param part There may be none. */
  private printPart(before: Piece, part: JsExpression | ESTree.Pattern | null | undefined): void {
    this.put(before);
    if (part) printExpression(part, this);
  }

  /** What stands behind a word, if there is anything. */
  private printBehind(part: JsExpression | null | undefined): void {
    if (part) this.printPart(SPACE, part);
  }

  private putIndent(): void {
    const { depth } = this;
    if (depth > 0 && !this.isCompact)
      this.put((INDENTS[depth] ??= new Piece(INDENT.repeat(depth))));
  }

  private endLine(): void {
    this.put(LINE_BREAK);
    this.line++;
  }
}

function hasBraces(statement: JsStatement): boolean {
  if (statement.type === "Sited") return hasBraces(statement.statement);
  return statement.type === "BlockStatement" || statement.type === "SuspendExit";
}

/**
 * A comment has what a program calls its chunk, which may be anything, and must not end before it does: what follows
 * would be code. Line breaks become signs that no byte is, and the runtime reads them back (`parseEmittedHeader`).
 */
export function onOneLine(text: string): string {
  return text.replaceAll("\n", "\u240a").replaceAll("\r", "\u240d");
}
