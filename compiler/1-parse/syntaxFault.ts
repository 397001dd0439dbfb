import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** Ends the recognition at the first error. Never leaves the phase: `parse` reports it. */
export class SyntaxFault extends Error {
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.diagnostic = diagnostic;
  }
}
