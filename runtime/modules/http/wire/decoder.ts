/** Decoding of bodies, as the header `Content-Encoding` names what was done to them. */
import type { Transform } from "node:stream";
import { nodeZlib } from "../node.lazy.ts";

/** What is asked for when a program says nothing. */
export const ACCEPTED_ENCODINGS = "gzip, deflate, br";

const DECODERS = {
  gzip: () => nodeZlib().createGunzip(),
  "x-gzip": () => nodeZlib().createGunzip(),
  // Some servers leave out the frame that the name stands for, whose first byte tells.
  deflate: (first: Buffer) =>
    ((first[0] ?? 0) & 0x0f) === 8 ? nodeZlib().createInflate() : nodeZlib().createInflateRaw(),
  br: () => nodeZlib().createBrotliDecompress(),
} as const satisfies Readonly<Record<string, (first: Buffer) => Transform>>;

export type Encoding = keyof typeof DECODERS;

/** @returns `undefined` when nothing was done to the body, or something that is left to the program. */
export function encodingOf(header: string | undefined): Encoding | undefined {
  const name = header?.trim().toLowerCase() ?? "";
  return Object.hasOwn(DECODERS, name) ? (name as Encoding) : undefined;
}

/** @param first The bytes that the body begins with. */
export function createDecoder(encoding: Encoding, first: Buffer): Transform {
  return DECODERS[encoding](first);
}
