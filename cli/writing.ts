/** Output that may be long: written no faster than somebody reads it. */
import { once } from "node:events";
import type { Writable } from "node:stream";

/** Resolves when the stream takes more. Rejects when it fails meanwhile. */
export async function writeSlowly(stream: Writable, text: string): Promise<void> {
  if (text !== "" && !stream.write(text)) await once(stream, "drain");
}
