/** A power of two. */
const RECENT_COUNT = 64;

interface Entry<Value> {
  text: string;
  value: Value | undefined;
}

/**
 * Remembers what was made of the texts used lately: a program may make up any number of them. A few are found without
 * a search: texts written in a program are one object each, so that comparing them takes no time.
 */
export class BoundedCache<Value> {
  private readonly recent: Entry<Value>[] = Array.from({ length: RECENT_COUNT }, () => ({
    text: "",
    value: undefined,
  }));
  private readonly values = new Map<string, Value>();
  private readonly make: (text: string) => Value;
  private readonly capacity: number;

  constructor(capacity: number, make: (text: string) => Value) {
    this.capacity = capacity;
    this.make = make;
  }

  get(text: string): Value {
    const recent = this.recent[slotOf(text)] as Entry<Value>;
    if (recent.text === text && recent.value !== undefined) return recent.value;
    const value = this.find(text);
    recent.text = text;
    recent.value = value;
    return value;
  }

  private find(text: string): Value {
    const known = this.values.get(text);
    if (known !== undefined) return known;
    const made = this.make(text);
    if (this.values.size >= this.capacity) {
      // The oldest: a Map iterates in the order of insertion.
      for (const oldest of this.values.keys()) {
        this.values.delete(oldest);
        const recent = this.recent[slotOf(oldest)] as Entry<Value>;
        if (recent.text === oldest) recent.value = undefined;
        break;
      }
    }
    this.values.set(text, made);
    return made;
  }
}

function slotOf(text: string): number {
  const { length } = text;
  if (length === 0) return 0;
  const middle = text.charCodeAt(length >> 1);
  return (length + 5 * middle + 3 * text.charCodeAt(length - 1)) & (RECENT_COUNT - 1);
}
