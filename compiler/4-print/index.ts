/**
 * Phase 4: ESTree -> text, the site table and what a source map needs. Whatever can raise an error or
 * suspend stands on a line of its own, so an emitted line number is all it takes to find the Lua
 * line: the columns that V8 reports are never needed.
 */
import type { GeneratedFunction, GeneratedScript, JsStatement } from "../3-generate/index.ts";
import { FunctionPrinter, isFactory } from "./functionPrinter.ts";
import { PlaceRecorder } from "./places.ts";
import type { PrintedFunction, PrintedScript } from "./printed.ts";
import { SiteTable } from "./siteTable.ts";
import { TextWriter } from "./textWriter.ts";
import { TreePrinter } from "./treePrinter.ts";

export interface PrintOptions {
  /** Whether nobody is to read it: without what only people need. */
  readonly isCompact?: boolean;
  /** For tests: by astring alone, which makes the same text. */
  readonly isByTree?: boolean;
}

export function print(
  { prelude, functions, ending, isForDebugger }: GeneratedScript,
  { isCompact = false, isByTree = false }: PrintOptions = {},
): PrintedScript {
  const places = isForDebugger ? new PlaceRecorder() : undefined;
  const printer = new ScriptPrinter(places, isByTree || isForDebugger);
  for (const statement of prelude) printer.print(statement);
  const printed = functions.map((generated) => printer.printFunction(generated));
  printer.print(ending);
  const { sites } = printer;
  const code = printer.out.take();
  return {
    code: isCompact ? compact(code) : code,
    get sites() {
      return sites.toRows();
    },
    functions: printed,
    mappings: places?.finish() ?? [],
  };
}

/** Prints statements one after the other, keeping count of lines. */
class ScriptPrinter {
  readonly out = new TextWriter();
  readonly sites = new SiteTable();
  private readonly isByTree: boolean;
  private readonly tree: TreePrinter;
  private readonly functions = new FunctionPrinter(this.out, this.sites);

  constructor(places: PlaceRecorder | undefined, isByTree: boolean) {
    this.tree = new TreePrinter(this.sites, places);
    this.isByTree = isByTree;
  }

  print(statement: JsStatement): void {
    this.out.write(this.tree.print(statement));
    this.out.write("\n");
    this.tree.line++;
  }

  printFunction(generated: GeneratedFunction): PrintedFunction {
    const { statement, index, firstLine, lastLine, offset } = generated;
    const firstEmitted = this.tree.line;
    // Where the engine reports that the stack overflowed on entry.
    this.sites.add({ line: firstLine, offset }, firstEmitted);
    if (this.isByTree || !isFactory(statement)) this.print(statement);
    else {
      this.functions.line = firstEmitted;
      this.functions.print(statement);
      this.out.write("\n");
      this.tree.line = this.functions.line + 1;
    }
    return {
      index,
      firstEmitted,
      lastEmitted: this.tree.line - 1,
      firstLine,
      lastLine,
      offset,
    };
  }
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

export type { PrintedFunction, PrintedScript, PrintedSite } from "./printed.ts";
export { makeSourceMap, type SourceMapNames } from "./sourceMap.ts";
