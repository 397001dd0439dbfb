/** What files are: their types, and which of them are others in less bytes. */
import { isUtf8MimeType, mime } from "@fastify/send";
import { codingQuality } from "../accept.ts";

export interface Variant {
  /** As in the header Content-Encoding. */
  readonly coding: string;
  /** Of the name of its file. */
  readonly ending: string;
}

/** The smallest first. */
const VARIANTS: readonly Variant[] = [
  { coding: "br", ending: ".br" },
  { coding: "gzip", ending: ".gz" },
];

/** Those that a client takes, the most welcome first. */
export function variantsFor(acceptEncoding: string | undefined): readonly Variant[] {
  const quality = ({ coding }: Variant): number => codingQuality(acceptEncoding, coding);
  return VARIANTS.filter((variant) => quality(variant) > 0).sort(
    (one, other) => quality(other) - quality(one),
  );
}

/** By the name of a file. */
export function contentTypeOf(file: string): string {
  const type = mime.getType(file) ?? "application/octet-stream";
  return isUtf8MimeType(type) ? `${type}; charset=utf-8` : type;
}
