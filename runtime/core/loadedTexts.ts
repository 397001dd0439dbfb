/**
 * What was made of texts that a program loaded lately, such as templates: the same text under the same
 * name is the same script, so it need not be compiled again. The oldest go when texts of a certain
 * size are remembered.
 */
import type { ChunkFactory, ChunkOptions } from "../host.ts";
import type { Script } from "./script.ts";

export interface LoadedText {
  readonly script: Script;
  readonly factory: ChunkFactory;
}

/** What is remembered keeps its code, some ten times as large. */
const MAX_BYTES = 2 ** 20;

export class LoadedTexts {
  private readonly texts = new Map<string, LoadedText>();
  private sizeBytes = 0;

  get(key: string): LoadedText | undefined {
    return this.texts.get(key);
  }

  /** @param key As `textKey` makes it; none that is known. */
  set(key: string, loaded: LoadedText): void {
    if (key.length > MAX_BYTES / 4) return;
    this.texts.set(key, loaded);
    this.sizeBytes += key.length;
    for (const oldest of this.texts.keys()) {
      if (this.sizeBytes <= MAX_BYTES) break;
      this.texts.delete(oldest);
      this.sizeBytes -= oldest.length;
    }
  }
}

/**
 * All that decides what a text becomes.
 *
 * @returns `undefined` for files, which the host remembers (cli/dev/moduleCache.ts) or which are loaded once.
 */
export function textKey(
  source: string,
  chunkName: string,
  options: ChunkOptions,
): string | undefined {
  if (chunkName.startsWith("@")) return undefined;
  return `${JSON.stringify(options)}${String(chunkName.length)}:${chunkName}${source}`;
}
