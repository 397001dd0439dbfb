/** Where the REPL gets its lines from. */

/** Somebody pressed Ctrl-C: what was typed so far is not wanted. */
export const DISCARDED = Symbol("discarded");

export interface LineSource {
  /**
   * Shows a prompt and reads a line.
   *
   * @param prompt Bytes.
   * @returns Bytes, without the end of the line; `undefined` at the end of the input.
   */
  readLine(prompt: string): Promise<string | undefined | typeof DISCARDED>;
  /** Is told what the lines that were read since the last time have become. @param text Bytes, lines separated by "\n". */
  remember(text: string): void;
}
