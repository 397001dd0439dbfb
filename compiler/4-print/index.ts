/**
 * Phase 4: ESTree -> text, the site table and what a source map needs. Whatever can raise an error or
 * suspend stands on a line of its own, so an emitted line number is all it takes to find the Lua
 * line: the columns that V8 reports are never needed.
 */
import type {
  GeneratedFunction,
  GeneratedScript,
  ScriptFrame,
  ScriptStyle,
} from "../3-generate/index.ts";
import { theSourceMap, theTreePrinter } from "./debugging.lazy.ts";
import { PlaceRecorder, type Mapping } from "./places.ts";
import type { PrintedFunction, PrintedScript, VisitSite } from "./printed.ts";
import { SiteTable } from "./siteTable.ts";
import { StatementPrinter } from "./statementPrinter.ts";
import type { SourceText } from "../source.ts";
import type { SourceMapNames } from "./sourceMap.ts";
import type { TreePrinter } from "./treePrinter.ts";

export interface PrintOptions {
  /** Whether nobody is to read it: without what only people need. Lines stay where they are. Not for debuggers. */
  readonly isCompact?: boolean;
  /** For tests: by astring alone, which makes the same text. */
  readonly isByTree?: boolean;
}

export function print(script: GeneratedScript, options: PrintOptions = {}): PrintedScript {
  const printer = new ScriptPrinter(script, options);
  for (const generated of script.functions) printer.printFunction(generated);
  return printer.finish(script);
}

/** Prints the functions of a script one by one, and then what stands around them, the prelude too. */
export class ScriptPrinter {
  private readonly style: ScriptStyle;
  private readonly options: PrintOptions;
  private readonly sites = new SiteTable();
  private readonly printer: StatementPrinter | TreePrinter;
  private readonly functions: PrintedFunction[] = [];

  constructor(style: ScriptStyle, options: PrintOptions = {}) {
    this.style = style;
    this.options = options;
    this.printer = printerFor(style, options, this.sites);
  }

  printFunction({ statement, index, firstLine, lastLine, offset }: GeneratedFunction): void {
    const { printer } = this;
    const firstEmitted = printer.line;
    // Where the engine reports that the stack overflowed on entry.
    this.sites.add({ line: firstLine, offset }, firstEmitted);
    printer.print(statement);
    const lastEmitted = printer.line - 1;
    this.functions.push({ index, firstEmitted, lastEmitted, firstLine, lastLine, offset });
  }

  finish({ prelude, ending }: ScriptFrame): PrintedScript {
    const { printer, sites } = this;
    printer.print(ending);
    const code = printer.take();
    const before = printerFor(this.style, this.options, new SiteTable());
    for (const statement of prelude) before.print(statement);
    const shift = before.line - 1;
    sites.shift(shift);
    const functions = this.functions.map((printed) => ({
      ...printed,
      firstEmitted: printed.firstEmitted + shift,
      lastEmitted: printed.lastEmitted + shift,
    }));
    const mappings = before
      .mappings()
      .concat(
        printer.mappings().map((mapping) => ({ ...mapping, emitted: mapping.emitted + shift })),
      );
    const lineBreaks = shift + printer.line - 1;
    return new Printed(before.take() + code, functions, { lineBreaks, sites, mappings });
  }
}

function printerFor(
  { isForDebugger, exitOperator }: ScriptStyle,
  { isCompact = false, isByTree = false }: PrintOptions,
  sites: SiteTable,
): StatementPrinter | TreePrinter {
  if (!isByTree && !isForDebugger) return new StatementPrinter(isCompact, sites, exitOperator);
  const places = isForDebugger ? new PlaceRecorder() : undefined;
  return new (theTreePrinter().TreePrinter)(sites, exitOperator, places);
}

interface PrintedParts extends Pick<PrintedScript, "lineBreaks" | "mappings"> {
  readonly sites: SiteTable;
}

/**
 * A class for its getter: V8 makes a hidden class for each object literal that has one, which only its slow collector finds
 * to be garbage. Until then it would keep all that the getter can see, which doubled the work of the fast one.
 */
class Printed implements PrintedScript {
  readonly code: string;
  readonly lineBreaks: number;
  readonly functions: readonly PrintedFunction[];
  readonly mappings: readonly Mapping[];
  private readonly table: SiteTable;

  constructor(
    code: string,
    functions: readonly PrintedFunction[],
    { lineBreaks, sites, mappings }: PrintedParts,
  ) {
    this.code = code;
    this.lineBreaks = lineBreaks;
    this.functions = functions;
    this.mappings = mappings;
    this.table = sites;
  }

  get sites(): PrintedScript["sites"] {
    return this.table.toRows();
  }

  forEachSite(visit: VisitSite): void {
    this.table.forEach(visit);
  }
}

/**
 * Leads each Lua statement to where it begins (sourceMap.ts).
 *
 * @param script Compiled for debuggers; of any other code nothing is known.
 */
export function makeSourceMap(
  script: Pick<PrintedScript, "mappings">,
  source: SourceText,
  names: SourceMapNames,
): string {
  return theSourceMap().makeSourceMap(script, source, names);
}

export type { PrintedFunction, PrintedScript, PrintedSite, VisitSite } from "./printed.ts";
export type { SourceMapNames } from "./sourceMap.ts";
