/**
 * The bytes that `string.dump` gives. There is no bytecode, so a dump has the function's source:
 *
 *     "\27LJSpacer" version:1 checksum:4 flags:1 chunkName firstLine textLine upvalues text
 *
 * The checksum is that of what follows it. Numbers are in groups of 7 bits, the lowest first (ULEB128);
 * strings have their length in front, and the list of upvalues its own. Of a main chunk there are only
 * the flags, the name and the text, which is all of the source.
 *
 * Programs tell dumps from source by the byte 27, or by the three bytes with which LuaJIT begins; what follows
 * them is no version of LuaJIT's, which therefore refuses ours.
 */
import type { FunctionText } from "../../../host.ts";
import { checksum } from "./checksum.ts";

export interface DumpedFunction {
  /** As given to `load`; absent when stripped: then whoever loads it says. */
  readonly chunkName: string | undefined;
  readonly content: DumpedContent;
}

/** Of a main chunk, or of another function. */
export type DumpedContent = { readonly source: string } | { readonly function: FunctionText };

const SIGNATURE = "\x1bLJSpacer";
const VERSION = 1;
const HEADER_BYTES = SIGNATURE.length + 5;

const FLAG = { stripped: 1, main: 2 };

export function encodeDump({ chunkName, content }: DumpedFunction): string {
  const isMain = "source" in content;
  const flags = (chunkName === undefined ? FLAG.stripped : 0) | (isMain ? FLAG.main : 0);
  const name = chunkName === undefined ? "" : lengthAnd(chunkName);
  const body =
    String.fromCharCode(flags) +
    name +
    (isMain ? lengthAnd(content.source) : encodeFunction(content.function));
  return SIGNATURE + String.fromCharCode(VERSION) + checksumBytes(body) + body;
}

function checksumBytes(body: string): string {
  const sum = checksum(body);
  return String.fromCharCode(sum & 255, (sum >>> 8) & 255, (sum >>> 16) & 255, sum >>> 24);
}

function encodeFunction({ firstLine, textLine, upvalues, text }: FunctionText): string {
  return (
    encodeNumber(firstLine) +
    encodeNumber(textLine) +
    encodeNumber(upvalues.length) +
    upvalues.map(lengthAnd).join("") +
    lengthAnd(text)
  );
}

function lengthAnd(text: string): string {
  return encodeNumber(text.length) + text;
}

function encodeNumber(value: number): string {
  let bytes = "";
  let rest = value;
  while (rest >= 128) {
    bytes += String.fromCharCode((rest & 127) | 128);
    rest = Math.floor(rest / 128);
  }
  return bytes + String.fromCharCode(rest);
}

/** @returns "incompatible" for what is not ours, "malformed" for what is damaged. */
export function decodeDump(dump: string): DumpedFunction | "incompatible" | "malformed" {
  if (!dump.startsWith(SIGNATURE)) {
    // A signature that was cut off is damaged, in LuaJIT from the fifth byte on.
    return SIGNATURE.startsWith(dump) && dump.length > 4 ? "malformed" : "incompatible";
  }
  if (dump.length > SIGNATURE.length && dump.charCodeAt(SIGNATURE.length) !== VERSION) {
    return "incompatible";
  }
  const body = dump.slice(HEADER_BYTES);
  if (dump.slice(SIGNATURE.length + 1, HEADER_BYTES) !== checksumBytes(body)) return "malformed";
  return new Reader(body).read() ?? "malformed";
}

/** A line beyond this is none of a real program: so many line breaks would have to be made. */
const MAX_LINE = 2 ** 24;

/** Reads what has the right checksum, but need not come from us. */
class Reader {
  private readonly bytes: string;
  private offset = 0;
  private isDamaged = false;

  constructor(bytes: string) {
    this.bytes = bytes;
  }

  /** `undefined` when something is wrong. */
  read(): DumpedFunction | undefined {
    const flags = this.number();
    const chunkName = (flags & FLAG.stripped) !== 0 ? undefined : this.string();
    const content =
      (flags & FLAG.main) !== 0 ? { source: this.string() } : { function: this.function() };
    const isWhole = !this.isDamaged && flags <= 3 && this.offset === this.bytes.length;
    return isWhole ? { chunkName, content } : undefined;
  }

  private function(): FunctionText {
    const firstLine = this.number();
    const textLine = this.number();
    const upvalues: string[] = [];
    for (let count = this.number(); count > 0 && !this.isDamaged; count--) {
      upvalues.push(this.string());
    }
    const text = this.string();
    if (firstLine < 1 || textLine < firstLine || textLine > MAX_LINE) this.isDamaged = true;
    if (!upvalues.every((name) => /^[\w\x80-\xff]+$/.test(name))) this.isDamaged = true;
    return { firstLine, textLine, upvalues, text };
  }

  private string(): string {
    const length = this.number();
    const start = this.offset;
    this.offset += length;
    if (this.offset > this.bytes.length) this.isDamaged = true;
    return this.isDamaged ? "" : this.bytes.slice(start, this.offset);
  }

  private number(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 49; scale *= 128) {
      const byte = this.bytes.charCodeAt(this.offset++);
      if (Number.isNaN(byte)) break;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    this.isDamaged = true;
    return 0;
  }
}
