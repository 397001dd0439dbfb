/** What printers write to: text, laid out to be read or to be small. */
import type { JsStatement } from "../3-generate/index.ts";
import { COMPACT, READABLE, type Marks, type Operator } from "./marks.ts";
import { TextWriter } from "./textWriter.ts";

export abstract class CodeWriter extends TextWriter {
  /** Whether spaces, indents and comments are left out. Lines are the same. */
  readonly isCompact: boolean;
  readonly marks: Marks;

  constructor(isCompact: boolean) {
    super();
    this.isCompact = isCompact;
    this.marks = isCompact ? COMPACT : READABLE;
  }

  /**
   * Prints the statements of a function, braces included.
   *
   * A method, as a function in a property made V8 keep the trees of each script for its slow collector, and a build took an
   * eighth longer.
   */
  abstract writeBlock(statements: readonly JsStatement[]): void;

  putOperator({ compact, readable }: Operator): void {
    this.put(this.isCompact ? compact : readable);
  }
}
