/**
 * The files of the cache: a key that says what they are for, and some parts.
 *
 *     magic (8 bytes) | checksum of all that follows | length of the head | head, in JSON | parts
 *
 * A file is written under another name and then put in place, so nobody reads half of one. One that is torn, damaged,
 * somebody else's or for another key is as good as none. Nothing here throws.
 */
import {
  closeSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { ensureFolder } from "./cacheFolder.ts";
import { checksum } from "./checksum.ts";

const MAGIC = "SPACER1\n";
const CHECKSUM_AT = 8;
const SUMMED_FROM = 12;
const HEAD_LENGTH_AT = 12;
const HEAD_AT = 16;

/** Where parts begin: V8 wants its data at multiples of 8. */
const ALIGNMENT = 8;

/** No more than this is read: it would be no file of ours. */
const MAX_BYTES = 256 * 1024 * 1024;

const FILE_MODE = 0o600;

interface Head {
  readonly key: string;
  /** Names of the parts, and their lengths in bytes. */
  readonly parts: readonly (readonly [name: string, length: number])[];
}

export type CacheParts = ReadonlyMap<string, Buffer>;

/**
 * Reads a file.
 *
 * @param key All that it depends on: what is kept for another key does not count.
 */
export function readCacheFile(path: string, key: string): CacheParts | undefined {
  try {
    const bytes = readOwnFile(path);
    if (bytes?.toString("latin1", 0, CHECKSUM_AT) !== MAGIC) return undefined;
    if (bytes.readUInt32LE(CHECKSUM_AT) !== checksum(bytes, SUMMED_FROM)) return undefined;
    let position = HEAD_AT + bytes.readUInt32LE(HEAD_LENGTH_AT);
    const head = JSON.parse(bytes.toString("utf8", HEAD_AT, position)) as Head;
    if (head.key !== key) return undefined;
    const parts = new Map<string, Buffer>();
    for (const [name, length] of head.parts) {
      position = aligned(position);
      parts.set(name, bytes.subarray(position, position + length));
      position += length;
    }
    return parts;
  } catch {
    return undefined;
  }
}

/** Writes a file, and its folder where there is none. @returns Whether it is there. */
export function writeCacheFile(path: string, key: string, parts: CacheParts): boolean {
  if (!ensureFolder(dirname(path))) return false;
  const made = `${path}.${String(process.pid)}.new`;
  try {
    writeFileSync(made, encode(key, parts), { mode: FILE_MODE, flag: "wx" });
    renameSync(made, path);
    return true;
  } catch {
    removeFile(made);
    return false;
  }
}

export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone, or nothing can be done.
  }
}

function encode(key: string, parts: CacheParts): Buffer {
  const head = Buffer.from(
    JSON.stringify({ key, parts: [...parts].map(([name, { length }]) => [name, length]) }),
  );
  let size = HEAD_AT + head.length;
  for (const { length } of parts.values()) size = aligned(size) + length;
  const bytes = Buffer.alloc(size);
  bytes.write(MAGIC, "latin1");
  bytes.writeUInt32LE(head.length, HEAD_LENGTH_AT);
  head.copy(bytes, HEAD_AT);
  let position = HEAD_AT + head.length;
  for (const part of parts.values()) {
    position = aligned(position);
    part.copy(bytes, position);
    position += part.length;
  }
  bytes.writeUInt32LE(checksum(bytes, SUMMED_FROM), CHECKSUM_AT);
  return bytes;
}

function aligned(position: number): number {
  return Math.ceil(position / ALIGNMENT) * ALIGNMENT;
}

/** In memory of its own, which begins at a multiple of 8. */
function readOwnFile(path: string): Buffer | undefined {
  const descriptor = openSync(path, "r");
  try {
    const stats = fstatSync(descriptor);
    const isOwn = process.getuid === undefined || stats.uid === process.getuid();
    if (!isOwn || !stats.isFile() || stats.size < HEAD_AT || stats.size > MAX_BYTES) {
      return undefined;
    }
    const bytes = Buffer.allocUnsafeSlow(stats.size);
    return readSync(descriptor, bytes, 0, stats.size, 0) === stats.size ? bytes : undefined;
  } finally {
    closeSync(descriptor);
  }
}
