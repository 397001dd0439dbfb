/** A list in a dictionary. Both ends are as cheap, however long it is: what is in two arrays, the first one backwards. */
import type { DictValue } from "./dict.ts";

export class ValueList {
  private first: DictValue[] = [];
  private last: DictValue[] = [];

  get length(): number {
    return this.first.length + this.last.length;
  }

  addFirst(value: DictValue): void {
    this.first.push(value);
  }

  addLast(value: DictValue): void {
    this.last.push(value);
  }

  takeFirst(): DictValue | undefined {
    // Half of them, so that taking from both ends in turn does not move all each time.
    if (this.first.length === 0) {
      this.first = this.last.splice(0, Math.ceil(this.last.length / 2)).reverse();
    }
    return this.first.pop();
  }

  takeLast(): DictValue | undefined {
    if (this.last.length === 0) {
      this.last = this.first.splice(0, Math.ceil(this.first.length / 2)).reverse();
    }
    return this.last.pop();
  }
}
