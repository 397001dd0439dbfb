/**
 * The files of the cache: a key that says what they are for, and some parts.
 *
 *     magic (8 bytes) | length of the head (8) | head, in JSON | parts | the same once more
 *
 * V8 runs what is in its code cache without looking, so a file must be as it was written. Both halves are compared, which
 * takes 0.1 ms for 500 KB in a process that has just started; a checksum in JavaScript took 3, and loading crypto or zlib takes longer.
 * It finds damage, not intent: who may write to the folder could as well change the program.
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

const MAGIC = "SPACER2\n";
const HEAD_LENGTH_AT = 8;
const HEAD_AT = 16;

/** Where parts begin: V8 wants its data at multiples of 8. */
const ALIGNMENT = 8;

/** No more than this is read: it would be no file of ours. */
const MAX_BYTES = 256 * 1024 * 1024;

export const FILE_MODE = 0o600;

/** How much of the second half is read at a time: memory that is new takes longer than the reading. */
const COMPARED_BYTES = 1 << 16;

const DAY_MS = 24 * 60 * 60 * 1000;

interface Head {
  readonly key: string;
  readonly parts: readonly PartHead[];
}

/** Its place, from where parts begin. */
type PartHead = readonly [name: string, start: number, length: number];

/** The parts of a file. */
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

  /** `undefined` when there is none of that name. */
  get(name: string): Buffer | undefined {
    const head = this.heads.get(name);
    if (head === undefined) return undefined;
    const [, start, length] = head;
    return this.bytes.subarray(start, start + length);
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
    if (bytes?.toString("latin1", 0, MAGIC.length) !== MAGIC) return undefined;
    const headEnd = HEAD_AT + bytes.readUInt32LE(HEAD_LENGTH_AT);
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
    heads.push([name, start, part.length]);
    end = start + part.length;
  }
  const head = Buffer.from(JSON.stringify({ key, parts: heads } satisfies Head));
  const bytes = Buffer.alloc(aligned(HEAD_AT + head.length));
  head.copy(bytes, HEAD_AT);
  bytes.write(MAGIC, "latin1");
  bytes.writeUInt32LE(head.length, HEAD_LENGTH_AT);
  const once: Buffer[] = [bytes];
  for (const part of parts.values()) {
    once.push(part);
    const gap = aligned(part.length) - part.length;
    if (gap > 0) once.push(Buffer.alloc(gap));
  }
  return [...once, ...once];
}

/** Whether a file has some bytes, from a position on. */
function continuesWith(bytes: Buffer, descriptor: number, position: number): boolean {
  const read = Buffer.allocUnsafeSlow(COMPARED_BYTES);
  for (let at = 0; at < bytes.length; at += COMPARED_BYTES) {
    const expected = bytes.subarray(at, at + COMPARED_BYTES);
    const count = readSync(descriptor, read, 0, expected.length, position + at);
    if (!expected.equals(read.subarray(0, count))) return false;
  }
  return true;
}

function aligned(position: number): number {
  return Math.ceil(position / ALIGNMENT) * ALIGNMENT;
}

/** The first half of a file that is the same twice, in memory of its own, which begins at a multiple of 8. */
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
    const half = stats.size / 2;
    if (!Number.isInteger(half)) return undefined;
    const bytes = Buffer.allocUnsafeSlow(half);
    if (readSync(descriptor, bytes, 0, half, 0) !== half) return undefined;
    return continuesWith(bytes, descriptor, half) ? bytes : undefined;
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
