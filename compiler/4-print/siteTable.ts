/**
 * The sites of a script, in the order of its lines. Who asks for them are errors, tracebacks and suspended calls, so
 * printing only notes down which site is at which line: making the rows, some three for each line of Lua, took a tenth
 * of all printing.
 */
import type { Site } from "../3-generate/index.ts";
import type { PrintedSite, VisitSite } from "./printed.ts";

export class SiteTable {
  private readonly sites: Site[] = [];
  private readonly emitted: number[] = [];
  /** 0 for a site that can't suspend. */
  private readonly exits: number[] = [];
  private rows: PrintedSite[] | undefined = undefined;
  private linesBefore = 0;

  /** Says that all of it stands behind so many lines, which its own count does not have. */
  shift(lines: number): void {
    this.linesBefore = lines;
  }

  /** @param emitted The line (from 1) that it is printed at; the highest one so far. */
  add(site: Site, emitted: number, pc = 0): void {
    this.sites.push(site);
    this.emitted.push(emitted);
    this.exits.push(pc);
  }

  /** Says that the site added last can suspend. */
  addExit(pc: number): void {
    const { exits } = this;
    if (exits.length > 0) exits[exits.length - 1] = pc;
  }

  /** Calls a function with each of those that were added, without making rows of them. */
  forEach(visit: VisitSite): void {
    const { sites, emitted, exits, linesBefore } = this;
    for (let index = 0; index < sites.length; index++) {
      const line = linesBefore + (emitted[index] as number);
      visit(sites[index] as Site, line, exits[index] as number);
    }
  }

  /** All that were added; none may be added afterwards. */
  toRows(): readonly PrintedSite[] {
    return (this.rows ??= this.sites.map((site, index) =>
      rowOf(site, this.linesBefore + (this.emitted[index] as number), this.exits[index] as number),
    ));
  }
}

/** Has no property without a value. */
function rowOf(
  { line, offset, operands, callee, argumentCount, isTail, temporaries }: Site,
  emitted: number,
  pc: number,
): PrintedSite {
  return {
    line,
    offset,
    ...(operands === undefined ? {} : { operands }),
    ...(callee === undefined ? {} : { callee }),
    ...(argumentCount === undefined ? {} : { argumentCount }),
    ...(isTail === undefined ? {} : { isTail }),
    ...(temporaries === undefined ? {} : { temporaries }),
    emitted,
    ...(pc === 0 ? {} : { pc }),
  };
}
