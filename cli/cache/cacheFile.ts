/**
 * The files of the cache: a key that says what they are for, and some parts.
 *
 *     magic (8 bytes) | checksum of what follows, head included | length of the head | head, in JSON | parts
 *
 * A file is written under another name and then put in place, so nobody reads half of one. One that is torn, damaged,
 * somebody else's or for another key is as good as none. Nothing here throws.
 */
import {
  closeSync,
  fstatSync,
  futimesSync,
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

export const FILE_MODE = 0o600;

const DAY_MS = 24 * 60 * 60 * 1000;

interface Head {
  readonly key: string;
  readonly parts: readonly PartHead[];
}

/** Its place, from where parts begin, and its checksum. */
type PartHead = readonly [name: string, start: number, length: number, checksum: number];

/** The parts of a file. Each is checked when it is asked for: what is not needed costs nothing but the reading. */
export class CacheParts {
  private readonly bytes: Buffer;
  private readonly heads: ReadonlyMap<string, PartHead>;

  constructor(bytes: Buffer, heads: readonly PartHead[]) {
    this.bytes = bytes;
    this.heads = new Map(heads.map((head) => [head[0], head]));
  }

  get names(): Iterable<string> {
    return this.heads.keys();
  }

  /** `undefined` when there is none of that name, or it is damaged. */
  get(name: string): Buffer | undefined {
    const head = this.heads.get(name);
    if (head === undefined) return undefined;
    const [, start, length, sum] = head;
    const part = this.bytes.subarray(start, start + length);
    return part.length === length && checksum(part) === sum ? part : undefined;
  }
}

/**
 * Reads a file.
 *
 * @param key All that it depends on: what is kept for another key does not count.
 * @param owner The user who is believed beside the one of this process.
 */
export function readCacheFile(path: string, key: string, owner?: number): CacheParts | undefined {
  try {
    const bytes = readOwnFile(path, owner);
    if (bytes?.toString("latin1", 0, CHECKSUM_AT) !== MAGIC) return undefined;
    const headEnd = HEAD_AT + bytes.readUInt32LE(HEAD_LENGTH_AT);
    const headBytes = bytes.subarray(SUMMED_FROM, headEnd);
    if (bytes.readUInt32LE(CHECKSUM_AT) !== checksum(headBytes)) return undefined;
    const head = JSON.parse(bytes.toString("utf8", HEAD_AT, headEnd)) as Head;
    if (head.key !== key) return undefined;
    return new CacheParts(bytes.subarray(aligned(headEnd)), head.parts);
  } catch {
    return undefined;
  }
}

/** Writes a file, and its folder where there is none. @returns Whether it is there. */
export function writeCacheFile(
  path: string,
  key: string,
  parts: ReadonlyMap<string, Buffer>,
): boolean {
  if (!ensureFolder(dirname(path))) return false;
  const made = unfinished(path);
  try {
    writeParts(made, encode(key, parts));
    renameSync(made, path);
    return true;
  } catch {
    removeFile(made);
    return false;
  }
}

/** The name of a file that is being written. */
export function unfinished(path: string): string {
  return `${path}.${String(process.pid)}.new`;
}

export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone, or nothing can be done.
  }
}

/** One after the other: parts may be large, and to put them together is to copy them. */
function writeParts(path: string, parts: readonly Buffer[]): void {
  const descriptor = openSync(path, "wx", FILE_MODE);
  try {
    for (const part of parts) writeFileSync(descriptor, part);
  } finally {
    closeSync(descriptor);
  }
}

/** What a file consists of, in this order. */
export function encode(key: string, parts: ReadonlyMap<string, Buffer>): Buffer[] {
  let end = 0;
  const heads: PartHead[] = [];
  for (const [name, part] of parts) {
    const start = aligned(end);
    heads.push([name, start, part.length, checksum(copyOf(part))]);
    end = start + part.length;
  }
  const head = Buffer.from(JSON.stringify({ key, parts: heads } satisfies Head));
  const bytes = Buffer.alloc(aligned(HEAD_AT + head.length));
  head.copy(bytes, HEAD_AT);
  bytes.write(MAGIC, "latin1");
  bytes.writeUInt32LE(head.length, HEAD_LENGTH_AT);
  bytes.writeUInt32LE(checksum(bytes.subarray(SUMMED_FROM, HEAD_AT + head.length)), CHECKSUM_AT);
  const all: Buffer[] = [bytes];
  let at = 0;
  for (const part of parts.values()) {
    const start = aligned(at);
    if (start > at) all.push(Buffer.alloc(start - at));
    all.push(part);
    at = start + part.length;
  }
  return all;
}

/** In memory that begins at a multiple of 8: what has such a place already is not copied. */
function copyOf(part: Buffer): Buffer {
  if (part.byteOffset % ALIGNMENT === 0) return part;
  const copy = Buffer.allocUnsafeSlow(part.length);
  part.copy(copy);
  return copy;
}

function aligned(position: number): number {
  return Math.ceil(position / ALIGNMENT) * ALIGNMENT;
}

/** In memory of its own, which begins at a multiple of 8. */
function readOwnFile(path: string, owner: number | undefined): Buffer | undefined {
  const descriptor = openSync(path, "r");
  try {
    const stats = fstatSync(descriptor);
    const isOwn =
      process.getuid === undefined || stats.uid === process.getuid() || stats.uid === owner;
    if (!isOwn || !stats.isFile() || stats.size < HEAD_AT || stats.size > MAX_BYTES) {
      return undefined;
    }
    noteUse(descriptor, stats.mtimeMs);
    const bytes = Buffer.allocUnsafeSlow(stats.size);
    return readSync(descriptor, bytes, 0, stats.size, 0) === stats.size ? bytes : undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** The time of a file says on which day it was last used: see pruneCache.ts. */
function noteUse(descriptor: number, lastMs: number): void {
  const nowMs = Date.now();
  if (nowMs - lastMs < DAY_MS) return;
  try {
    futimesSync(descriptor, nowMs / 1000, nowMs / 1000);
  } catch {
    // It may be on a file system that can only be read.
  }
}
