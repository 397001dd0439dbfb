/**
 * Phase 4: ESTree -> text, the site table and what a source map needs. Whatever can raise an error or
 * suspend stands on a line of its own, so an emitted line number is all it takes to find the Lua
 * line: the columns that V8 reports are never needed.
 */
import type * as ESTree from "estree";
import { generate as printTree, GENERATOR, type State } from "astring";
import type {
  Comment,
  GeneratedFunction,
  GeneratedScript,
  JsStatement,
  Site,
  Sited,
  Step,
  SuspendExit,
} from "../3-generate/index.ts";
import { PlaceRecorder, type Mapping } from "./places.ts";

export interface PrintedScript {
  readonly code: string;
  /** Which emitted lines stem from which Lua lines; sorted by emitted line. */
  readonly sites: readonly PrintedSite[];
  readonly functions: readonly PrintedFunction[];
  /** In the order of the text; empty but for code that is for debuggers. */
  readonly mappings: readonly Mapping[];
}

/** A site and the emitted line (from 1) it was printed at. */
export interface PrintedSite extends Site {
  readonly emitted: number;
  /** Where resuming goes on, for a site that can suspend. Unique in its function. */
  pc?: number;
}

/** The emitted lines (from 1, inclusive) and the Lua lines of one function. */
export interface PrintedFunction {
  /** In its module; 0 is the main function. */
  readonly index: number;
  readonly firstEmitted: number;
  readonly lastEmitted: number;
  readonly firstLine: number;
  readonly lastLine: number;
  /** Where it begins, in bytes from the beginning of the Lua source. */
  readonly offset: number;
}

/** @param isCompact Whether nobody is to read it: without what only people need. */
export function print(
  { prelude, functions, ending, isForDebugger }: GeneratedScript,
  isCompact = false,
): PrintedScript {
  const places = isForDebugger ? new PlaceRecorder() : undefined;
  const printer = new Printer(isCompact, places);
  for (const statement of prelude) printer.print(statement);
  const printed = functions.map((generated) => printFunction(generated, printer));
  printer.print(ending);
  const { code, sites } = printer;
  return { code, sites, functions: printed, mappings: places?.finish() ?? [] };
}

function printFunction(generated: GeneratedFunction, printer: Printer): PrintedFunction {
  const { statement, index, firstLine, lastLine, offset } = generated;
  const firstEmitted = printer.line;
  // Where the engine reports that the stack overflowed on entry.
  printer.sites.push({ emitted: firstEmitted, line: firstLine, offset });
  printer.print(statement);
  return { index, firstEmitted, lastEmitted: printer.line - 1, firstLine, lastLine, offset };
}

type PrintNode = (node: unknown, state: State) => void;

/** Prints statements one after the other, keeping count of lines. */
class Printer {
  code = "";
  line = 1;
  readonly sites: PrintedSite[] = [];
  private readonly generator;
  private readonly isCompact: boolean;

  constructor(isCompact: boolean, places: PlaceRecorder | undefined) {
    this.isCompact = isCompact;
    const generator = this.makeGenerator();
    this.generator =
      places === undefined
        ? generator
        : { ...generator, ...places.hooks(generator, () => this.line - 1) };
  }

  print(statement: JsStatement): void {
    const text = printTree(statement, {
      generator: this.generator,
      // Makes astring count lines in its state.
      sourceMap: { addMapping: () => undefined } as never,
    });
    this.code += `${this.isCompact ? compact(text) : text}\n`;
    this.line += countLines(text);
  }

  private makeGenerator() {
    const { sites } = this;
    const emittedLine = (state: State): number => this.line + (state.line ?? 1) - 1;
    return {
      ...GENERATOR,
      Sited({ site, statement }: Sited, state: State) {
        sites.push({ ...site, emitted: emittedLine(state) });
        // eslint-disable-next-line @typescript-eslint/unbound-method -- bound by the call below
        const print = this[statement.type as keyof typeof this] as (
          node: unknown,
          state: State,
        ) => void;
        print.call(this, statement, state);
      },
      SuspendExit({ pc, isLast, leave }: SuspendExit, state: State) {
        const site = sites.at(-1);
        if (site !== undefined) site.pc = pc;
        if (leave !== undefined) {
          state.write("{ return ");
          (this as unknown as Record<string, PrintNode>)[leave.type]?.call(this, leave, state);
          state.write("; }");
          return;
        }
        state.write(`{ $pc = ${isLast ? "-" : ""}${String(pc)}; break $body; }`);
      },
      /** Labels of the same place stand on one line. */
      SwitchStatement({ discriminant, cases }: ESTree.SwitchStatement, state: State) {
        const print = (node: { readonly type: string }): void => {
          (this as unknown as Record<string, PrintNode>)[node.type]?.call(this, node, state);
        };
        const indent = state.indent.repeat(state.indentLevel++);
        state.write("switch (");
        print(discriminant);
        state.write(") {\n");
        let isLineBegun = false;
        for (const { test, consequent } of cases) {
          state.write(isLineBegun ? " " : indent);
          state.write("case ");
          if (test) print(test);
          state.write(":");
          isLineBegun = consequent.length === 0;
          if (isLineBegun) continue;
          state.write("\n");
          for (const statement of consequent) {
            state.write(indent + state.indent);
            print(statement);
            state.write("\n");
          }
        }
        if (isLineBegun) state.write("\n");
        state.indentLevel--;
        state.write(`${indent}}`);
      },
      /** Boxes and lists of names: `{ v: x }`, `{ a, b }`, on one line. */
      ObjectExpression({ properties }: ESTree.ObjectExpression, state: State) {
        state.write("{ ");
        properties.forEach((property, index) => {
          if (index > 0) state.write(", ");
          this[property.type](property as never, state);
        });
        state.write(" }");
      },
      /** Brings its own parentheses, one before the line ends: behind `return` none may end. */
      Step({ site, pc, expression }: Step, state: State) {
        state.write("(");
        state.write("\n");
        state.write(state.indent.repeat(state.indentLevel + 1));
        sites.push({ ...site, emitted: emittedLine(state), ...(pc === undefined ? {} : { pc }) });
        (this as unknown as Record<string, PrintNode>)[expression.type]?.call(
          this,
          expression,
          state,
        );
        state.write(")");
      },
      Comment({ text }: Comment, state: State) {
        state.write(`// ${onOneLine(text)}`);
      },
    };
  }
}

/**
 * A comment has what a program calls its chunk, which may be anything, and must not end before it does: what follows
 * would be code. Line breaks become signs that no byte is, and the runtime reads them back (`parseEmittedHeader`).
 */
function onOneLine(text: string): string {
  return text.replaceAll("\n", "\u240a").replaceAll("\r", "\u240d");
}

/** Takes away what means nothing but to people; lines stay where they are. */
function compact(text: string): string {
  const withoutIndents = text.replaceAll(/^ +/gm, "");
  return withoutIndents.replaceAll(
    /"(?:[^"\\\n]|\\.)*"|\/\/.*|; (\})| ([-+]) (?=[\w$"(])| ?([-+]=|[=!]==?|&&|\|\||\?\?|=>|[=?:;,{}()[\]*/%<>]) ?/g,
    (whole, brace?: string, sign?: string, operator?: string) =>
      brace ?? sign ?? operator ?? (whole.startsWith("//") ? "" : whole),
  );
}

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

export { makeSourceMap, type SourceMapNames } from "./sourceMap.ts";
