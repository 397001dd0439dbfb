/**
 * Phase 4: ESTree -> text, the site table and the source map. Whatever can raise an error or
 * suspend stands on a line of its own, so an emitted line number is all it takes to find the Lua
 * line: the columns that V8 reports are never needed.
 */
import { addMapping, GenMapping, setSourceContent, toEncodedMap } from "@jridgewell/gen-mapping";
import type * as ESTree from "estree";
import { generate as printTree, GENERATOR, type State } from "astring";
import type {
  Comment,
  EmittedFunction,
  GeneratedModule,
  JsStatement,
  Site,
  Sited,
  SuspendExit,
} from "../3-generate/index.ts";
import type { SourceText } from "../source.ts";

export interface PrintedModule {
  readonly code: string;
  readonly sites: readonly PrintedSite[];
  readonly functions: readonly PrintedFunction[];
}

/** A site and the emitted line (from 1) it was printed at. */
export type PrintedSite = Omit<Site, "pc"> & { readonly emitted: number };

/** The emitted lines (from 1, inclusive) and the Lua lines of one function. */
export interface PrintedFunction {
  readonly firstEmitted: number;
  readonly lastEmitted: number;
  readonly firstLine: number;
  readonly lastLine: number;
}

export function print(module: GeneratedModule): PrintedModule {
  const printer = new Printer();
  for (const statement of module.prelude) printer.print(statement);
  const functions = module.functions.map((emitted) => printFunction(emitted, printer));
  const main = module.functions.at(-1);
  printer.print({
    type: "ReturnStatement",
    argument: {
      type: "CallExpression",
      callee: { type: "Identifier", name: main?.factoryName ?? "" },
      arguments: [...module.mainArguments],
      optional: false,
    },
  });
  return { code: printer.code, sites: printer.sites, functions };
}

/** A version 3 source map from emitted lines to Lua lines and columns. */
export function makeSourceMap(module: PrintedModule, source: SourceText, file: string): string {
  const map = new GenMapping({ file: `${file}.js` });
  setSourceContent(map, file, source.text);
  for (const site of module.sites) {
    addMapping(map, {
      generated: { line: site.emitted, column: 0 },
      original: {
        line: source.lineAt(site.offset),
        column: source.columnAt(site.offset) - 1,
      },
      source: file,
    });
  }
  return JSON.stringify(toEncodedMap(map));
}

function printFunction(emitted: EmittedFunction, printer: Printer): PrintedFunction {
  const { firstLine, lastLine, offset } = emitted;
  const firstEmitted = printer.line;
  // Where the engine reports that the stack overflowed on entry.
  printer.sites.push({ emitted: firstEmitted, line: firstLine, offset });
  printer.print({
    type: "VariableDeclaration",
    kind: "const",
    declarations: [
      {
        type: "VariableDeclarator",
        id: { type: "Identifier", name: emitted.factoryName },
        init: {
          type: "ArrowFunctionExpression",
          params: emitted.factoryParameters.map((name) => ({ type: "Identifier", name })),
          body: emitted.function,
          expression: true,
        },
      },
    ],
  });
  return { firstEmitted, lastEmitted: printer.line - 1, firstLine, lastLine };
}

/** Prints statements one after the other, keeping count of lines. */
class Printer {
  code = "";
  line = 1;
  readonly sites: PrintedSite[] = [];
  private readonly generator = this.makeGenerator();

  print(statement: JsStatement): void {
    const text = printTree(statement, {
      generator: this.generator,
      // Makes astring count lines in its state.
      sourceMap: { addMapping: () => undefined } as never,
    });
    this.code += `${text}\n`;
    this.line += countLines(text);
  }

  private makeGenerator() {
    const { sites } = this;
    const emittedLine = (state: State): number => this.line + (state.line ?? 1) - 1;
    return {
      ...GENERATOR,
      Sited({ site: { pc: _pc, ...site }, statement }: Sited, state: State) {
        sites.push({ ...site, emitted: emittedLine(state) });
        // eslint-disable-next-line @typescript-eslint/unbound-method -- bound by the call below
        const print = this[statement.type as keyof typeof this] as (
          node: unknown,
          state: State,
        ) => void;
        print.call(this, statement, state);
      },
      SuspendExit({ pc }: SuspendExit, state: State) {
        state.write(`{ $pc = ${String(pc)}; break $body; }`);
      },
      /** Boxes: `{ v: x }`, on one line. */
      ObjectExpression({ properties }: ESTree.ObjectExpression, state: State) {
        state.write("{ ");
        for (const property of properties) this[property.type](property as never, state);
        state.write(" }");
      },
      Comment({ text }: Comment, state: State) {
        state.write(`// ${text}`);
      },
    };
  }
}

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
