import { readResult } from "./tap.ts";

/**
 * The TAP of several files as that of one: tests are numbered from the first file to the last, and there is one plan,
 * at the end. Other lines stay as they are.
 */
export class JoinedTap {
  private readonly write: (text: string) => void;
  private count = 0;
  /** Of the files before this one. */
  private countBefore = 0;
  /** What there is so far of the last line. */
  private rest = "";

  constructor(write: (text: string) => void) {
    this.write = write;
  }

  /** Takes the output of a file; it may end anywhere. */
  push(text: string): void {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    this.write(lines.flatMap((line) => this.convert(line)).join(""));
  }

  /** @param problem Why the file as a whole failed, if it did. */
  endFile(file: string, problem: string | undefined): void {
    if (this.rest !== "") this.push("\n");
    if (problem !== undefined) {
      this.write(`not ok ${String(++this.count)}\t${file}\n#   ${problem}\n`);
    }
    this.countBefore = this.count;
  }

  /** Behind all files. */
  end(): void {
    this.write(`1..${String(this.count)}\n`);
  }

  private convert(line: string): string[] {
    if (/^1\.\.\d+\s*(?:#.*)?$/.test(line)) return [];
    const result = readResult(line, this.count - this.countBefore + 1);
    if (result === undefined) return [`${line}\n`];
    const { before, isOk, rest } = result;
    const start = `${isOk ? "ok    " : "not ok"} ${String(++this.count)}`;
    return [...(before === "" ? [] : [`${before}\n`]), `${start}\t${rest}\n`];
  }
}
