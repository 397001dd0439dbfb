/** Headers in their order. Names are the same whatever the case of their letters, which is kept. */
export type Header = readonly [name: string, value: string];

export class HeaderList implements Iterable<Header> {
  private entries: Header[];

  constructor(entries: readonly Header[] = []) {
    this.entries = [...entries];
  }

  [Symbol.iterator](): Iterator<Header> {
    return this.entries.values();
  }

  has(name: string): boolean {
    return this.entries.some(isNamed(name));
  }

  /** The values of a header, none when it is not there. */
  all(name: string): readonly string[] {
    return this.entries.filter(isNamed(name)).map(([, value]) => value);
  }

  /** Puts these in the place of what a header has; with none of them it is gone. */
  set(name: string, values: readonly string[]): void {
    const isSame = isNamed(name);
    const place = this.entries.findIndex(isSame);
    const added = values.map((value): Header => [name, value]);
    const others = this.entries.filter((entry) => !isSame(entry));
    // As many are in front as before: the first of that name stood there.
    others.splice(place < 0 ? others.length : place, 0, ...added);
    this.entries = others;
  }
}

function isNamed(name: string): (entry: Header) => boolean {
  const key = name.toLowerCase();
  return ([each]) => each.length === key.length && each.toLowerCase() === key;
}
