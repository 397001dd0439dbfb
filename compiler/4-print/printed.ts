/** What printing makes of a script. */
import type { Site } from "../3-generate/index.ts";
import type { Mapping } from "./places.ts";

export interface PrintedScript {
  readonly code: string;
  /** How many line breaks are in the code. */
  readonly lineBreaks: number;
  /** Made on demand: which emitted lines stem from which Lua lines; sorted by emitted line. */
  readonly sites: readonly PrintedSite[];
  /** The same for who looks at each but once: no rows are made. */
  forEachSite(visit: VisitSite): void;
  readonly functions: readonly PrintedFunction[];
  /** In the order of the text; empty but for code that is for debuggers. */
  readonly mappings: readonly Mapping[];
}

/**
 * @param emitted As in `PrintedSite`.
 * @param pc As in `PrintedSite`; 0 for a site that can't suspend.
 */
export type VisitSite = (site: Site, emitted: number, pc: number) => void;

type WithoutUndefined<Type> = { readonly [Key in keyof Type]: Exclude<Type[Key], undefined> };

/** A site and the emitted line (from 1) it was printed at; it has no property without a value. */
export interface PrintedSite extends WithoutUndefined<Site> {
  readonly emitted: number;
  /** Where resuming goes on, for a site that can suspend. Unique in its function. */
  readonly pc?: number;
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
