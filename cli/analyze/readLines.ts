/** Files of any size, line by line. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { systemErrorCode, systemErrorText, UserError } from "../errors.ts";

const CHUNK_BYTES = 2 ** 20;
/** Longer ones are no text: only so much of them is kept. */
const MAX_LINE_BYTES = 2 ** 20;

/** An open file. Stays the same one when its name is given to another meanwhile. */
export interface OpenFile {
  /** As the user knows it. */
  readonly name: string;
  readonly descriptor: number;
  /** As it was when it was opened; what comes later is not read. */
  readonly sizeBytes: number;
}

/** @throws UserError when it can't be read; `undefined` when there is none */
export function openFile(path: string, name: string): OpenFile | undefined {
  try {
    const descriptor = openSync(path, "r");
    const stats = fstatSync(descriptor);
    if (stats.isFile()) return { name, descriptor, sizeBytes: stats.size };
    closeSync(descriptor);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return undefined;
    throw new UserError(`can't read ${name}: ${systemErrorText(error)}`);
  }
  throw new UserError(`can't read ${name}: it is no file`);
}

export function closeFile({ descriptor }: OpenFile): void {
  closeSync(descriptor);
}

/**
 * @param take Is given each line, in bytes and without its line break; also a last one that has none.
 * @param advanced Is told of bytes that were read.
 * @throws UserError when it can't be read
 */
export function readLines(
  { name, descriptor, sizeBytes }: OpenFile,
  take: (line: string) => void,
  advanced: (bytes: number) => void,
): void {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let begun = "";
  let position = 0;
  while (position < sizeBytes) {
    const wanted = Math.min(CHUNK_BYTES, sizeBytes - position);
    const length = read(name, () => readSync(descriptor, chunk, 0, wanted, position));
    // It was cut meanwhile.
    if (length === 0) break;
    position += length;
    const bytes = chunk.subarray(0, length);
    let start = 0;
    for (let end = bytes.indexOf(LINE_BREAK); end >= 0; end = bytes.indexOf(LINE_BREAK, start)) {
      const line = bytes.toString("latin1", start, end);
      take(begun === "" ? line : begun + line);
      begun = "";
      start = end + 1;
    }
    if (begun.length < MAX_LINE_BYTES) begun += bytes.toString("latin1", start, length);
    advanced(length);
  }
  if (begun !== "") take(begun);
}

const LINE_BREAK = 10;

function read(name: string, attempt: () => number): number {
  try {
    return attempt();
  } catch (error) {
    throw new UserError(`can't read ${name}: ${systemErrorText(error)}`);
  }
}
