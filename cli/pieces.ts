/**
 * Bytes in pieces, one behind the other: a large file is made of thousands, and is never put together in memory, as that would be to
 * copy all of it.
 */
import { closeSync, openSync, writev } from "node:fs";
import { promisify } from "node:util";

export type Pieces = readonly Uint8Array[];

/** @param contents Text becomes UTF-8. */
export function piecesOf(contents: string | Pieces): Pieces {
  return typeof contents === "string" ? [Buffer.from(contents)] : contents;
}

export function sizeOfPieces(pieces: Pieces): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** @param pieces Of UTF-8. */
export function textOfPieces(pieces: Pieces): string {
  return Buffer.concat(pieces).toString();
}

interface WriteOptions {
  /** As of `open`; "w" unless given. */
  readonly flag?: string;
  /** Permissions of a new file. */
  readonly mode?: number;
}

const write = promisify(writev);

/**
 * Writes a file. Another thread does it, and begins at once, also where this one has something else to do.
 *
 * @throws Error of the system
 */
export async function writePieces(
  path: string,
  pieces: Pieces,
  { flag = "w", mode = 0o666 }: WriteOptions = {},
): Promise<void> {
  const descriptor = openSync(path, flag, mode);
  try {
    let rest = pieces.filter(({ length }) => length > 0);
    while (rest.length > 0) {
      const { bytesWritten } = await write(descriptor, rest);
      rest = behind(rest, bytesWritten);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** What is left of pieces without some bytes at their beginning. */
function behind(pieces: Pieces, count: number): Uint8Array[] {
  let left = count;
  const first = pieces.findIndex(({ length }) => {
    if (length > left) return true;
    left -= length;
    return false;
  });
  if (first < 0) return [];
  const [begun = new Uint8Array(), ...rest] = pieces.slice(first);
  return [begun.subarray(left), ...rest];
}
