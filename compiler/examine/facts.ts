/**
 * What one file tells about itself, as `examine` finds it. Some findings need no other file; what
 * others decide about is kept as facts, from which whoever knows all files of a project makes
 * findings. All of it is plain data that JSON can keep.
 *
 * Findings that a comment in the file silences (`-- spacer: ignore`) are left out from the start.
 */
import type { Span } from "../ast.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** A name (bytes) and where it is. */
export interface NamedPlace {
  readonly name: string;
  readonly span: Span;
}

export interface FileFacts {
  /** Findings that hold whatever other files say. */
  readonly diagnostics: readonly Diagnostic[];
  readonly globals: GlobalFacts;
  readonly modules: ModuleFacts;
  readonly calls: CallFacts;
  /** The functions that the rows of a gateway file name. */
  readonly routes: readonly NamedPlace[];
}

export interface GlobalFacts {
  /** Reads of globals that no standard library has, and that the file does not test for nil. */
  readonly reads: readonly NamedPlace[];
  /** Assignments within functions. */
  readonly functionWrites: readonly NamedPlace[];
  /** Names that the file gives a value to, wherever. */
  readonly assigned: readonly string[];
  /** Those among them that it does on purpose: at its top, or as a field of `_G`. */
  readonly declared: readonly string[];
  /** Where it defines globals whose names nobody can tell, for all files. */
  readonly undeterminedAt: Span | undefined;
  /** Names of its locals, which `reads` may be misspellings of; none when there are no reads. */
  readonly locals: readonly string[];
}

export interface ModuleFacts {
  /** What it requires by a constant name and can't do without. */
  readonly required: readonly NamedPlace[];
  /** What it makes known to `require` itself (`package.preload`). */
  readonly provided: readonly string[];
  /** It changes how `require` searches, so that nobody can tell what is found. */
  readonly changesSearch: boolean;
  /** It also requires modules that may be missing, or whose names are computed. */
  readonly requiresOthers: boolean;
}

export interface CallFacts {
  /** Calls with a wrong number of arguments, if the function is the one that spacer comes with. */
  readonly suspects: readonly SuspectCall[];
  /** Library functions that the file replaces, or libraries it may replace any function of. */
  readonly replaced: readonly string[];
}

export interface SuspectCall {
  readonly diagnostic: Diagnostic;
  /** "string.rep" */
  readonly functionName: string;
  /** The module that was required for it, or the global that it is or is a field of. */
  readonly root: { readonly kind: "module" | "global"; readonly name: string };
}
