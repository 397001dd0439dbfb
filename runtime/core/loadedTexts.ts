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
  /** The keys of the latest texts of files, by their names. */
  private readonly fileKeys = new Map<string, string>();
  private readonly files = new Store(MAX_FILE_BYTES);

  get(chunkName: string, key: string): LoadedText | undefined {
    return (isFile(chunkName) ? this.files : this.texts).get(key);
  }

  /** @param key As `textKey` makes it; none that is known. */
  set(chunkName: string, key: string, loaded: LoadedText): void {
    if (!isFile(chunkName)) {
      this.texts.set(key, loaded);
      return;
    }
    const former = this.fileKeys.get(chunkName);
    if (former !== undefined) this.files.delete(former);
    this.fileKeys.set(chunkName, key);
    this.files.set(key, loaded);
  }
}

/** Texts in the order in which they came, up to a size. */
class Store {
  private readonly maxBytes: number;
  private readonly texts = new Map<string, LoadedText>();
  private sizeBytes = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get(key: string): LoadedText | undefined {
    return this.texts.get(key);
  }

  set(key: string, loaded: LoadedText): void {
    if (key.length > this.maxBytes / 4) return;
    this.texts.set(key, loaded);
    this.sizeBytes += key.length;
    for (const oldest of this.texts.keys()) {
      if (this.sizeBytes <= this.maxBytes) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    if (this.texts.delete(key)) this.sizeBytes -= key.length;
  }
}

/** All that decides what a text becomes. */
export function textKey(source: string, chunkName: string, options: ChunkOptions): string {
  return `${JSON.stringify(options)}${String(chunkName.length)}:${chunkName}${source}`;
}

function isFile(chunkName: string): boolean {
  return chunkName.startsWith("@");
}
