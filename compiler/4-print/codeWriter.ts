/** What printers write to: text, laid out to be read or to be small. */
import type { JsStatement } from "../3-generate/index.ts";
import { TextWriter } from "./textWriter.ts";

export class CodeWriter extends TextWriter {
  /** Whether spaces, indents and comments are left out. Lines are the same. */
  readonly isCompact: boolean;
  /** Prints the statements of a function, braces included. Whoever prints statements sets it. */
  writeBlock: (statements: readonly JsStatement[]) => void = () => undefined;

  constructor(isCompact: boolean) {
    super();
    this.isCompact = isCompact;
  }

  /** An operator that is no word, with spaces around it. */
  writeOperator(operator: string): void {
    if (this.isCompact) {
      this.write(operator);
      return;
    }
    this.write(" ");
    this.write(operator);
    this.write(" ");
  }
}
