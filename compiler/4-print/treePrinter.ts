/**
 * Prints any statement by astring, which knows the whole language, and lets a debugger's places be recorded on the way.
 * All other code is printed by statementPrinter.ts, many times faster.
 */
import type * as ESTree from "estree";
import { generate as printTree, GENERATOR, type State } from "astring";
import type {
  Comment,
  ExitOperator,
  JsStatement,
  Sited,
  Step,
  SuspendExit,
} from "../3-generate/index.ts";
import type { Mapping, PlaceRecorder } from "./places.ts";
import type { SiteTable } from "./siteTable.ts";
import { onOneLine } from "./statementPrinter.ts";

type PrintNode = (node: unknown, state: State) => void;

export class TreePrinter {
  /** Where the next statement begins, from 1. */
  line = 1;
  private readonly texts: string[] = [];
  private readonly sites: SiteTable;
  private readonly exitOperator: ExitOperator;
  private readonly places: PlaceRecorder | undefined;
  private readonly generator;

  /** @param sites Where to add those that are printed. */
  constructor(sites: SiteTable, exitOperator: ExitOperator, places: PlaceRecorder | undefined) {
    this.sites = sites;
    this.exitOperator = exitOperator;
    this.places = places;
    const generator = extend(SHARED, this.ownPrinters());
    this.generator =
      places === undefined
        ? generator
        : extend(
            generator,
            places.hooks(generator, () => this.line - 1),
          );
  }

  /** Ends its last line. */
  print(statement: JsStatement): void {
    const text = printTree(statement, {
      generator: this.generator,
      // Makes astring count lines in its state.
      sourceMap: { addMapping: () => undefined } as never,
    });
    this.texts.push(text, "\n");
    this.line += lineBreaks(text) + 1;
  }

  /** The text of all that was printed. */
  take(): string {
    return this.texts.join("");
  }

  mappings(): readonly Mapping[] {
    return this.places?.finish() ?? [];
  }

  /** Of the kinds of nodes that have sites. */
  private ownPrinters() {
    const { sites, exitOperator } = this;
    const emittedLine = (state: State): number => this.line + (state.line ?? 1) - 1;
    return {
      Sited({ site, statement }: Sited, state: State) {
        sites.add(site, emittedLine(state));
        // eslint-disable-next-line @typescript-eslint/unbound-method -- bound by the call below
        const print = this[statement.type as keyof typeof this] as (
          node: unknown,
          state: State,
        ) => void;
        print.call(this, statement, state);
      },
      SuspendExit({ pc, isLast, leave }: SuspendExit, state: State) {
        sites.addExit(pc);
        if (leave !== undefined) {
          state.write("{ return ");
          (this as unknown as Record<string, PrintNode>)[leave.type]?.call(this, leave, state);
          state.write("; }");
          return;
        }
        state.write(`{ $pc ${exitOperator} ${isLast ? "-" : ""}${String(pc)}; break $body; }`);
      },
      /** Brings its own parentheses, one before the line ends: behind `return` none may end. */
      Step({ site, pc, expression }: Step, state: State) {
        state.write("(");
        state.write("\n");
        state.write(state.indent.repeat(state.indentLevel + 1));
        sites.add(site, emittedLine(state), pc);
        (this as unknown as Record<string, PrintNode>)[expression.type]?.call(
          this,
          expression,
          state,
        );
        state.write(")");
      },
    };
  }
}

/** What all printers share. It has a method for each of some 70 kinds, which would take longer to copy than to print. */
const SHARED = {
  ...GENERATOR,
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
  Comment({ text }: Comment, state: State) {
    state.write(`// ${onOneLine(text)}`);
  },
};

function extend<Base extends object, Own extends object>(base: Base, own: Own): Base & Own {
  return Object.assign(Object.create(base) as Base, own);
}

function lineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
