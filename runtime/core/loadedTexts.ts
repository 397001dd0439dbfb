/**
 * What was made of texts that a program loaded lately, such as templates: the same text under the same
 * name is the same script, so it need not be compiled again. The oldest go when texts of a certain
 * size are remembered. Of a file, which test frameworks load again for each test, the latest text is.
 */
import type { ChunkFactory, ChunkOptions } from "../host.ts";
import type { Script } from "./script.ts";

export interface LoadedText {
  readonly script: Script;
  readonly factory: ChunkFactory;
}

/** What is remembered keeps its code, some ten times as large. */
const MAX_BYTES = 2 ** 20;
/** The code of files lives for as long as their modules anyway, which are mostly loaded once. */
const MAX_FILE_BYTES = 2 ** 22;

export class LoadedTexts {
  private readonly texts = new Store(MAX_BYTES);
  /** By their names: a later text takes the place of a former one. */
  private readonly files = new Store(MAX_FILE_BYTES);

  get(chunkName: string, key: string): LoadedText | undefined {
    return isFile(chunkName) ? this.files.get(chunkName, key) : this.texts.get(key, key);
  }

  /** @param key As `textKey` makes it; none that is known. */
  set(chunkName: string, key: string, loaded: LoadedText): void {
    if (isFile(chunkName)) this.files.set(chunkName, key, loaded);
    else this.texts.set(key, key, loaded);
  }
}

/** Texts in the order in which they came, one for each name, up to a size. */
class Store {
  private readonly maxBytes: number;
  private readonly entries = new Map<
    string,
    { readonly key: string; readonly loaded: LoadedText }
  >();
  private sizeBytes = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get(name: string, key: string): LoadedText | undefined {
    const entry = this.entries.get(name);
    return entry?.key === key ? entry.loaded : undefined;
  }

  set(name: string, key: string, loaded: LoadedText): void {
    this.delete(name);
    if (key.length > this.maxBytes / 4) return;
    this.entries.set(name, { key, loaded });
    this.sizeBytes += key.length;
    for (const oldest of this.entries.keys()) {
      if (this.sizeBytes <= this.maxBytes) break;
      this.delete(oldest);
    }
  }

  private delete(name: string): void {
    const entry = this.entries.get(name);
    if (entry === undefined) return;
    this.entries.delete(name);
    this.sizeBytes -= entry.key.length;
  }
}

/** All that decides what a text becomes. */
export function textKey(source: string, chunkName: string, options: ChunkOptions): string {
  return `${JSON.stringify(options)}${String(chunkName.length)}:${chunkName}${source}`;
}

function isFile(chunkName: string): boolean {
  return chunkName.startsWith("@");
}
