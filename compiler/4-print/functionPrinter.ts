/**
 * Prints emitted functions, statement by statement, as astring would (treePrinter.ts), and knows the line at any time.
 * For the kinds of statements that functions consist of; everything else of a script is astring's.
 */
import type * as ESTree from "estree";
import { CompilerBug } from "../compilerBug.ts";
import type { JsExpression, JsStatement } from "../3-generate/index.ts";
import { printExpression, printList } from "./printExpression.ts";
import type { SiteTable } from "./siteTable.ts";
import type { TextWriter } from "./textWriter.ts";

const INDENT = "  ";

export class FunctionPrinter {
  /** Of what is printed next, from 1. */
  line = 1;
  private readonly out: TextWriter;
  private indent = "";
  private readonly sites: SiteTable;

  /** @param sites Where to add those that are printed. */
  constructor(out: TextWriter, sites: SiteTable) {
    this.out = out;
    this.sites = sites;
  }

  /** `const $make1 = up => function name(a) { ... };`, without the end of its last line. */
  print(factory: Factory): void {
    const { out } = this;
    const [{ id, init }] = factory.declarations;
    const { id: name, params, body } = init.body;
    out.write(`const ${id.name} = `);
    if (init.params.length === 1) printExpression(init.params[0] as ESTree.Pattern, out);
    else printList("(", init.params, ")", out);
    out.write(` => function ${name.name}`);
    printList("(", params, ") ", out);
    this.printBlock(body.body);
    out.write(";");
  }

  private printStatement(statement: JsStatement): void {
    const { out } = this;
    switch (statement.type) {
      case "Sited":
        this.sites.add(statement.site, this.line);
        this.printStatement(statement.statement);
        return;
      case "IfStatement":
        out.write("if (");
        printExpression(statement.test, out);
        out.write(") ");
        this.printStatement(statement.consequent);
        if (!statement.alternate) return;
        out.write(" else ");
        this.printStatement(statement.alternate);
        return;
      case "ExpressionStatement":
        printExpression(statement.expression, out);
        out.write(";");
        return;
      case "SuspendExit": {
        const { pc, isLast } = statement;
        this.sites.addExit(pc);
        out.write(isLast ? "{ $pc = -" : "{ $pc = ");
        out.write(String(pc));
        out.write("; break $body; }");
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
        out.write("// ");
        out.write(onOneLine(statement.text));
        return;
      case "ForStatement":
        this.printPart("for (", statement.init as JsExpression | undefined);
        this.printPart("; ", statement.test);
        this.printPart("; ", statement.update);
        out.write(") ");
        this.printStatement(statement.body);
        return;
      case "WhileStatement":
        this.printPart("while (", statement.test);
        out.write(") ");
        this.printStatement(statement.body);
        return;
      case "LabeledStatement":
        out.write(statement.label.name);
        out.write(": ");
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

  private printBlock(statements: readonly JsStatement[]): void {
    const { out, indent } = this;
    if (statements.length === 0) {
      out.write("{}");
      return;
    }
    out.write("{");
    this.endLine();
    this.indent = indent + INDENT;
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
    this.printPart("switch (", discriminant);
    out.write(") {");
    this.endLine();
    this.indent = indent + INDENT;
    let isLineBegun = false;
    for (const { test, consequent } of cases) {
      out.write(isLineBegun ? " " : indent);
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
    this.out.write("try ");
    this.printBlock(block.body);
    this.out.write(" finally ");
    this.printBlock(finalizer?.body ?? []);
  }

  private printDeclaration({ kind, declarations }: ESTree.VariableDeclaration): void {
    const { out } = this;
    let separator = `${kind} `;
    for (const { id, init } of declarations) {
      this.printPart(separator, id);
      if (init) this.printPart(" = ", init);
      separator = ", ";
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

/** As `factory` of 3-generate makes it. */
export type Factory = ESTree.VariableDeclaration & {
  readonly declarations: readonly [
    {
      readonly id: ESTree.Identifier;
      readonly init: ESTree.ArrowFunctionExpression & {
        readonly body: ESTree.FunctionExpression & { readonly id: ESTree.Identifier };
      };
    },
  ];
};

export function isFactory(statement: JsStatement): statement is Factory {
  if (statement.type !== "VariableDeclaration") return false;
  const maker = statement.declarations[0]?.init;
  return maker?.type === "ArrowFunctionExpression" && maker.body.type === "FunctionExpression";
}

/**
 * A comment has what a program calls its chunk, which may be anything, and must not end before it does: what follows
 * would be code. Line breaks become signs that no byte is, and the runtime reads them back (`parseEmittedHeader`).
 */
export function onOneLine(text: string): string {
  return text.replaceAll("\n", "\u240a").replaceAll("\r", "\u240d");
}
