/**
 * Prints emitted scripts, statement by statement, as astring would (treePrinter.ts), and knows the line at any time. For the
 * kinds of statements that emitted code consists of: the code for debuggers has others, and is astring's.
 */
import type * as ESTree from "estree";
import { CompilerBug } from "../compilerBug.ts";
import type { JsExpression, JsStatement } from "../3-generate/index.ts";
import type { CodeWriter } from "./codeWriter.ts";
import type { Mapping } from "./places.ts";
import { printExpression } from "./printExpression.ts";
import type { SiteTable } from "./siteTable.ts";

const INDENT = "  ";

export class StatementPrinter {
  /** Of what is printed next, from 1. */
  line = 1;
  private readonly out: CodeWriter;
  private readonly step: string;
  private indent = "";
  private readonly sites: SiteTable;

  /** @param sites Where to add those that are printed. */
  constructor(out: CodeWriter, sites: SiteTable) {
    this.out = out;
    this.sites = sites;
    this.step = out.isCompact ? "" : INDENT;
    out.writeBlock = (statements) => {
      this.printBlock(statements);
    };
  }

  /** Ends its last line. */
  print(statement: JsStatement): void {
    this.printStatement(statement);
    this.endLine();
  }

  /** The text of all that was printed. */
  take(): string {
    return this.out.take();
  }

  /** Only code for debuggers has some. */
  mappings(): readonly Mapping[] {
    return [];
  }

  private printStatement(statement: JsStatement): void {
    const { out } = this;
    switch (statement.type) {
      case "Sited":
        this.sites.add(statement.site, this.line);
        this.printStatement(statement.statement);
        return;
      case "IfStatement":
        this.printIf(statement);
        return;
      case "ExpressionStatement":
        printExpression(statement.expression, out);
        out.write(";");
        return;
      case "SuspendExit": {
        const { pc, isLast } = statement;
        this.sites.addExit(pc);
        out.write(out.isCompact ? "{$pc=" : "{ $pc = ");
        if (isLast) out.write("-");
        out.write(String(pc));
        out.write(out.isCompact ? ";break $body}" : "; break $body; }");
        return;
      }
      case "BlockStatement":
        this.printBlock(statement.body);
        return;
      case "ReturnStatement":
        out.write("return");
        this.printPart(" ", statement.argument);
        out.write(";");
        return;
      default:
        this.printRare(statement);
    }
  }

  private printRare(statement: JsStatement): void {
    const { out } = this;
    switch (statement.type) {
      case "Comment":
        if (!out.isCompact) out.write(`// ${onOneLine(statement.text)}`);
        return;
      case "ForStatement":
        this.printPart(
          out.isCompact ? "for(" : "for (",
          statement.init as JsExpression | undefined,
        );
        this.printPart(out.isCompact ? ";" : "; ", statement.test);
        this.printPart(out.isCompact ? ";" : "; ", statement.update);
        this.printClosing();
        this.printStatement(statement.body);
        return;
      case "WhileStatement":
        this.printPart(out.isCompact ? "while(" : "while (", statement.test);
        this.printClosing();
        this.printStatement(statement.body);
        return;
      case "LabeledStatement":
        out.write(statement.label.name);
        out.write(out.isCompact ? ":" : ": ");
        this.printStatement(statement.body);
        return;
      case "BreakStatement":
        out.write("break");
        this.printPart(" ", statement.label);
        out.write(";");
        return;
      case "ContinueStatement":
        out.write("continue");
        this.printPart(" ", statement.label);
        out.write(";");
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
        out.write("debugger;");
        return;
      default:
        throw new CompilerBug(`no text of a ${statement.type}`);
    }
  }

  private printIf({ test, consequent, alternate }: ESTree.IfStatement): void {
    const { out } = this;
    this.printPart(out.isCompact ? "if(" : "if (", test);
    this.printClosing();
    this.printStatement(consequent);
    if (!alternate) return;
    if (!out.isCompact) out.write(" else ");
    else out.write(hasBraces(alternate) ? "else" : "else ");
    this.printStatement(alternate);
  }

  /** Ends what is in parentheses before a statement. */
  private printClosing(): void {
    this.out.write(this.out.isCompact ? ")" : ") ");
  }

  private printBlock(statements: readonly JsStatement[]): void {
    const { out, indent } = this;
    if (statements.length === 0) {
      out.write("{}");
      return;
    }
    out.write("{");
    this.endLine();
    this.indent = indent + this.step;
    this.printLines(statements);
    this.indent = indent;
    out.write(indent);
    out.write("}");
  }

  private printLines(statements: readonly JsStatement[]): void {
    for (const statement of statements) {
      this.out.write(this.indent);
      this.printStatement(statement);
      this.endLine();
    }
  }

  /** Labels of the same place stand on one line. */
  private printSwitch({ discriminant, cases }: ESTree.SwitchStatement): void {
    const { out, indent } = this;
    this.printPart(out.isCompact ? "switch(" : "switch (", discriminant);
    this.printClosing();
    out.write("{");
    this.endLine();
    this.indent = indent + this.step;
    let isLineBegun = false;
    for (const { test, consequent } of cases) {
      if (!out.isCompact) out.write(isLineBegun ? " " : indent);
      this.printPart("case ", test);
      out.write(":");
      isLineBegun = consequent.length === 0;
      if (isLineBegun) continue;
      this.endLine();
      this.printLines(consequent);
    }
    if (isLineBegun) this.endLine();
    this.indent = indent;
    out.write(indent);
    out.write("}");
  }

  private printTry({ block, finalizer }: ESTree.TryStatement): void {
    const { out } = this;
    out.write(out.isCompact ? "try" : "try ");
    this.printBlock(block.body);
    out.write(out.isCompact ? "finally" : " finally ");
    this.printBlock(finalizer?.body ?? []);
  }

  private printDeclaration({ kind, declarations }: ESTree.VariableDeclaration): void {
    const { out } = this;
    let separator = `${kind} `;
    for (const { id, init } of declarations) {
      this.printPart(separator, id);
      if (init) this.printPart(out.isCompact ? "=" : " = ", init);
      separator = out.isCompact ? "," : ", ";
    }
    out.write(";");
  }

  /** @param part There may be none. */
  private printPart(before: string, part: JsExpression | ESTree.Pattern | null | undefined): void {
    if (part === undefined || part === null) {
      if (before !== " ") this.out.write(before);
      return;
    }
    this.out.write(before);
    printExpression(part, this.out);
  }

  private endLine(): void {
    this.out.write("\n");
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
