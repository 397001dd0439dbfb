/**
 * Prints emitted scripts, statement by statement, as astring would (treePrinter.ts), and knows the line at any time. For the
 * kinds of statements that emitted code consists of: the code for debuggers has others, and is astring's.
 */
import type * as ESTree from "estree";
import { CompilerBug } from "../compilerBug.ts";
import type { ExitOperator, JsExpression, JsStatement } from "../3-generate/index.ts";
import { CodeWriter } from "./codeWriter.ts";
import type { Mapping } from "./places.ts";
import { printExpression } from "./printExpression.ts";
import type { SiteTable } from "./siteTable.ts";

const INDENT = "  ";

export class StatementPrinter extends CodeWriter {
  /** Of what is printed next, from 1. */
  line = 1;
  private readonly step: string;
  private indent = "";
  private readonly sites: SiteTable;
  private readonly exit: string;

  /** @param sites Where to add those that are printed. */
  constructor(isCompact: boolean, sites: SiteTable, exitOperator: ExitOperator) {
    super(isCompact);
    this.sites = sites;
    this.exit = isCompact ? `{$pc${exitOperator}` : `{ $pc ${exitOperator} `;
    this.step = isCompact ? "" : INDENT;
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
        this.write(";");
        return;
      case "SuspendExit": {
        const { pc, isLast } = statement;
        this.sites.addExit(pc);
        this.write(this.exit);
        if (isLast) this.write("-");
        this.write(String(pc));
        this.write(this.isCompact ? ";break $body}" : "; break $body; }");
        return;
      }
      case "BlockStatement":
        this.writeBlock(statement.body);
        return;
      case "ReturnStatement":
        this.write("return");
        this.printPart(" ", statement.argument);
        this.write(";");
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
        this.printPart(
          this.isCompact ? "for(" : "for (",
          statement.init as JsExpression | undefined,
        );
        this.printPart(this.isCompact ? ";" : "; ", statement.test);
        this.printPart(this.isCompact ? ";" : "; ", statement.update);
        this.printClosing();
        this.printStatement(statement.body);
        return;
      case "WhileStatement":
        this.printPart(this.isCompact ? "while(" : "while (", statement.test);
        this.printClosing();
        this.printStatement(statement.body);
        return;
      case "LabeledStatement":
        this.write(statement.label.name);
        this.write(this.isCompact ? ":" : ": ");
        this.printStatement(statement.body);
        return;
      case "BreakStatement":
        this.write("break");
        this.printPart(" ", statement.label);
        this.write(";");
        return;
      case "ContinueStatement":
        this.write("continue");
        this.printPart(" ", statement.label);
        this.write(";");
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
    this.printPart(this.isCompact ? "if(" : "if (", test);
    this.printClosing();
    this.printStatement(consequent);
    if (!alternate) return;
    if (!this.isCompact) this.write(" else ");
    else this.write(hasBraces(alternate) ? "else" : "else ");
    this.printStatement(alternate);
  }

  /** Ends what is in parentheses before a statement. */
  private printClosing(): void {
    this.write(this.isCompact ? ")" : ") ");
  }

  writeBlock(statements: readonly JsStatement[]): void {
    const { indent } = this;
    if (statements.length === 0) {
      this.write("{}");
      return;
    }
    this.write("{");
    this.endLine();
    this.indent = indent + this.step;
    this.printLines(statements);
    this.indent = indent;
    this.write(indent);
    this.write("}");
  }

  private printLines(statements: readonly JsStatement[]): void {
    for (const statement of statements) {
      if (this.indent !== "") this.write(this.indent);
      this.printStatement(statement);
      this.endLine();
    }
  }

  /** Labels of the same place stand on one line. */
  private printSwitch({ discriminant, cases }: ESTree.SwitchStatement): void {
    const { indent } = this;
    this.printPart(this.isCompact ? "switch(" : "switch (", discriminant);
    this.printClosing();
    this.write("{");
    this.endLine();
    this.indent = indent + this.step;
    let isLineBegun = false;
    for (const { test, consequent } of cases) {
      if (!this.isCompact) this.write(isLineBegun ? " " : indent);
      this.printPart("case ", test);
      this.write(":");
      isLineBegun = consequent.length === 0;
      if (isLineBegun) continue;
      this.endLine();
      this.printLines(consequent);
    }
    if (isLineBegun) this.endLine();
    this.indent = indent;
    this.write(indent);
    this.write("}");
  }

  private printTry({ block, finalizer }: ESTree.TryStatement): void {
    this.write(this.isCompact ? "try" : "try ");
    this.writeBlock(block.body);
    this.write(this.isCompact ? "finally" : " finally ");
    this.writeBlock(finalizer?.body ?? []);
  }

  private printDeclaration({ kind, declarations }: ESTree.VariableDeclaration): void {
    let separator = `${kind} `;
    for (const { id, init } of declarations) {
      this.printPart(separator, id);
      if (init) this.printPart(this.isCompact ? "=" : " = ", init);
      separator = this.isCompact ? "," : ", ";
    }
    this.write(";");
  }

  /** @param part There may be none. */
  private printPart(before: string, part: JsExpression | ESTree.Pattern | null | undefined): void {
    if (part === undefined || part === null) {
      if (before !== " ") this.write(before);
      return;
    }
    this.write(before);
    printExpression(part, this);
  }

  private endLine(): void {
    this.write("\n");
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
