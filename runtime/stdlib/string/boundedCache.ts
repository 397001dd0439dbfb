/** Remembers what was made of the texts used lately: a program may make up any number of them. */
export class BoundedCache<Value> {
  private readonly values = new Map<string, Value>();
  private readonly make: (text: string) => Value;
  private readonly capacity: number;

  constructor(capacity: number, make: (text: string) => Value) {
    this.capacity = capacity;
    this.make = make;
  }

  get(text: string): Value {
    const known = this.values.get(text);
    if (known !== undefined) return known;
    const made = this.make(text);
    if (this.values.size >= this.capacity) {
      // The oldest: a Map iterates in the order of insertion.
      for (const oldest of this.values.keys()) {
        this.values.delete(oldest);
        break;
      }
    }
    this.values.set(text, made);
    return made;
  }
}
