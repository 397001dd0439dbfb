/**
 * Runs programs: tries to match at each place of a subject, one way after the other, as PCRE does. What is
 * still to be tried is a list of its own rather than calls on JavaScript's stack, so that no subject is
 * too long. It has entries of three numbers:
 *
 * - an address and a position: goes on there;
 * - `UNDO`, a register and its former value, which it gets back;
 * - `RUN` minus the address of a run, the position it came to and the one it must not leave.
 */
import { ALARM, alarm, checkpoint } from "../../../core/budget.ts";
import { WORD_SET, type ByteSet } from "./byteSet.ts";
import { ASSERTION_CODES, OP, type Program } from "./program.ts";

/** What became of a search: a match, none, or the negative number of an error of PCRE2. */
export const OUTCOME = { match: 1, none: 0, matchLimit: -47, recursionLoop: -52, heapLimit: -63 };

/** So often a match may go back to something still to be tried: PCRE's limit. */
const MATCH_LIMIT = 10_000_000;

/** So many numbers may be in the list. */
const HEAP_LIMIT = 3 * 2 ** 22;

/** Between looks at the alarm. */
const CHECK_MASK = 0x3ff;

const UNDO = -1;
const RUN = -2;
const UNSET = -1;

/** Code that was called. */
interface Frame {
  readonly returnAddress: number;
  readonly registers: Int32Array;
  /** The one it was called in. */
  readonly outer: number;
  readonly group: number;
  readonly position: number;
}

export class Machine {
  /** Where groups begin and end, from 0; -1 for those that did not match. Valid after a match. */
  readonly registers: Int32Array;
  private readonly program: Program;
  /** The register with the number of the running frame, from 1. */
  private readonly frameRegister: number;
  private stack = new Int32Array(3 * 64);
  private top = 0;
  private frames: Frame[] = [];
  private subject = "";
  private searchStart = 0;
  /** For the longest match: the end of the longest so far. */
  private longest = UNSET;
  private readonly isLongest: boolean;
  private readonly visited = new Set<number>();

  /** @param isLongest Whether the longest match is wanted of those that begin at the same place; without groups. */
  constructor(program: Program, isLongest: boolean) {
    this.program = program;
    this.isLongest = isLongest;
    this.frameRegister = program.registerCount;
    this.registers = new Int32Array(program.registerCount + 1);
  }

  /** @param from Where the search begins; not beyond the end of the subject. */
  search(subject: string, from: number, isAnchored: boolean): number {
    this.subject = subject;
    this.searchStart = from;
    const { firstBytes, leadingRun } = this.program;
    for (let start = from; start <= subject.length; start++) {
      if ((start & CHECK_MASK) === 0 && alarm[ALARM.raised] !== 0) checkpoint();
      if (firstBytes !== undefined && !isAnchored) {
        start = skipTo(firstBytes, subject, start);
        if (start < 0) return OUTCOME.none;
      }
      if (this.isWithinCharacter(start)) continue;
      const outcome = this.matchAt(start);
      if (outcome !== OUTCOME.none || isAnchored) return outcome;
      if (leadingRun?.[subject.charCodeAt(start)] === 1) {
        while (leadingRun[subject.charCodeAt(start + 1)] === 1) start++;
      }
    }
    return OUTCOME.none;
  }

  private isWithinCharacter(place: number): boolean {
    return this.program.isUtf8 && (this.subject.charCodeAt(place) & 0xc0) === 0x80;
  }

  private matchAt(start: number): number {
    this.registers.fill(UNSET);
    this.registers[0] = start;
    this.registers[this.frameRegister] = 0;
    this.top = 0;
    this.frames = [];
    if (!this.isLongest) return this.run(start);
    this.longest = UNSET;
    this.visited.clear();
    const outcome = this.run(start);
    if (outcome < 0 || this.longest < 0) return outcome;
    this.registers[0] = start;
    this.registers[1] = this.longest;
    return OUTCOME.match;
  }

  // --- What is still to be tried ---

  private push(tag: number, a: number, b: number): void {
    let { stack } = this;
    const { top } = this;
    if (top + 3 > stack.length) {
      stack = new Int32Array(stack.length * 2);
      stack.set(this.stack);
      this.stack = stack;
    }
    stack[top] = tag;
    stack[top + 1] = a;
    stack[top + 2] = b;
    this.top = top + 3;
  }

  private set(register: number, value: number): void {
    this.push(UNDO, register, this.registers[register] as number);
    this.registers[register] = value;
  }

  /** Forgets what was to be tried since the list had this length, but not what is to be undone. */
  private commit(height: number): void {
    const { stack, top } = this;
    let kept = height;
    for (let place = height; place < top; place += 3) {
      if (stack[place] !== UNDO) continue;
      stack.copyWithin(kept, place, place + 3);
      kept += 3;
    }
    this.top = kept;
  }

  /** Goes back to when the list had this length. */
  private unwind(height: number): void {
    const { stack, registers } = this;
    while (this.top > height) {
      this.top -= 3;
      const place = this.top;
      if (stack[place] === UNDO) registers[stack[place + 1] as number] = stack[place + 2] as number;
    }
  }

  // --- The loop ---

  /** One case for each instruction, and what to do when one does not match. */
  // eslint-disable-next-line complexity -- see above
  private run(start: number): number {
    const { code, sets } = this.program;
    const { subject, registers } = this;
    const { length } = subject;
    let address = 0;
    let position = start;
    let fuel = MATCH_LIMIT;
    for (;;) {
      let isFailed = false;
      switch (code[address]) {
        case OP.match:
          if (this.isLongest) {
            this.longest = Math.max(this.longest, position);
            isFailed = true;
            break;
          }
          registers[1] = position;
          return OUTCOME.match;
        case OP.byte:
          if (subject.charCodeAt(position) === code[address + 1]) {
            position++;
            address += 2;
          } else isFailed = true;
          break;
        case OP.set:
          if (position < length && has(sets, code[address + 1] as number, subject, position)) {
            position++;
            address += 2;
          } else isFailed = true;
          break;
        case OP.jump:
          address = code[address + 1] as number;
          break;
        case OP.split:
          this.push(code[address + 1] as number, position, 0);
          address += 2;
          break;
        case OP.save:
          this.set(code[address + 1] as number, position);
          address += 2;
          break;
        case OP.put: {
          const value = code[address + 3] as number;
          this.set(
            code[address + 1] as number,
            code[address + 2] === 0 ? value : (registers[value] as number),
          );
          address += 4;
          break;
        }
        case OP.greedyRun: {
          const set = sets[code[address + 1] as number] as ByteSet;
          const least = position + (code[address + 2] as number);
          const most = Math.min(length, position + (code[address + 3] as number));
          while (position < most && set[subject.charCodeAt(position)] === 1) position++;
          if (position < least) isFailed = true;
          else {
            if (position > least) this.push(RUN - address, position, least);
            address += 4;
          }
          break;
        }
        case OP.lazyRun: {
          const set = sets[code[address + 1] as number] as ByteSet;
          const least = position + (code[address + 2] as number);
          const most = Math.min(length, position + (code[address + 3] as number));
          const needed = Math.min(least, length);
          while (position < needed && set[subject.charCodeAt(position)] === 1) position++;
          if (position < least) isFailed = true;
          else {
            if (position < most) this.push(RUN - address, position, most);
            address += 4;
          }
          break;
        }
        case OP.backreference: {
          const end = this.matchReference(address, position);
          if (end < 0) isFailed = true;
          else position = end;
          address += 3 + (code[address + 2] as number);
          break;
        }
        case OP.assert:
          if (this.holds(code[address + 1] as number, position)) address += 2;
          else isFailed = true;
          break;
        case OP.count: {
          const counter = code[address + 1] as number;
          const count = registers[counter] as number;
          const end = code[address + 5] as number;
          if (count >= (code[address + 3] as number)) address = end;
          else if (count >= (code[address + 2] as number) && code[address + 4] === 1) {
            this.push(RUN - address, position, count);
            address = end;
          } else {
            if (count >= (code[address + 2] as number)) this.push(end, position, 0);
            this.set(counter, count + 1);
            address += 6;
          }
          break;
        }
        case OP.leaveEmpty:
          address =
            position === registers[code[address + 1] as number]
              ? (code[address + 2] as number)
              : address + 3;
          break;
        case OP.beginAtomic:
          this.set(code[address + 1] as number, this.top);
          address += 2;
          break;
        case OP.endAtomic:
          this.commit(registers[code[address + 1] as number] as number);
          address += 2;
          break;
        case OP.beginLook: {
          const register = code[address + 1] as number;
          this.set(register, this.top);
          this.set(register + 1, position);
          address += 2;
          break;
        }
        case OP.endLook: {
          const register = code[address + 1] as number;
          position = registers[register + 1] as number;
          this.commit(registers[register] as number);
          address += 2;
          break;
        }
        case OP.beginNegative:
          this.set(code[address + 1] as number, this.top);
          this.push(code[address + 2] as number, position, 0);
          address += 3;
          break;
        case OP.endNegative:
          this.unwind(registers[code[address + 1] as number] as number);
          isFailed = true;
          break;
        case OP.back:
          position = this.backFrom(position, code[address + 1] as number);
          if (position < 0) isFailed = true;
          else address += 2;
          break;
        case OP.unlessGroup:
          address = this.hasMatched(address + 2)
            ? address + 3 + (code[address + 2] as number)
            : (code[address + 1] as number);
          break;
        case OP.unlessCalled: {
          const frame = this.frames[(registers[this.frameRegister] as number) - 1];
          const group = code[address + 2];
          const isCalled = frame !== undefined && (group === 0 || frame.group === group);
          address = isCalled ? address + 3 : (code[address + 1] as number);
          break;
        }
        case OP.call:
          if (!this.call(address, position)) return OUTCOME.recursionLoop;
          address = code[address + 1] as number;
          break;
        case OP.return:
          address = this.return();
          break;
        default:
          isFailed = true;
      }
      if (!isFailed) {
        if (this.top > HEAP_LIMIT) return OUTCOME.heapLimit;
        continue;
      }
      // Back to what is still to be tried.
      for (;;) {
        if (this.top === 0) return OUTCOME.none;
        if (--fuel < 0) return OUTCOME.matchLimit;
        if ((fuel & CHECK_MASK) === 0 && alarm[ALARM.raised] !== 0) checkpoint();
        const { stack } = this;
        this.top -= 3;
        const place = this.top;
        const tag = stack[place] as number;
        const a = stack[place + 1] as number;
        const b = stack[place + 2] as number;
        if (tag === UNDO) {
          registers[a] = b;
          continue;
        }
        if (tag >= 0) {
          address = tag;
          position = a;
        } else if (code[RUN - tag] === OP.greedyRun) {
          address = RUN - tag + 4;
          position = a - 1;
          if (code[address] === OP.byte) {
            const byte = code[address + 1];
            while (position >= b && subject.charCodeAt(position) !== byte) position--;
            if (position < b) continue;
          }
          if (position > b) {
            // It stays in the list.
            stack[place + 1] = position;
            this.top = place + 3;
          }
        } else {
          const instruction = RUN - tag;
          position = this.runAgain(instruction, a, b);
          if (position < 0) continue;
          address = this.behindRun(instruction);
        }
        if (this.isNew(address, position)) break;
      }
    }
  }

  /** Where a run goes on that is to be tried with another length; -1 for nowhere. */
  private runAgain(instruction: number, position: number, limit: number): number {
    const { code, sets } = this.program;
    const { subject } = this;
    switch (code[instruction]) {
      case OP.count:
        this.set(code[instruction + 1] as number, limit + 1);
        return position;
      default: {
        const set = sets[code[instruction + 1] as number] as ByteSet;
        if (set[subject.charCodeAt(position)] !== 1) return -1;
        const next = position + 1;
        if (next < limit) this.push(RUN - instruction, next, limit);
        return next;
      }
    }
  }

  private behindRun(instruction: number): number {
    return instruction + (this.program.code[instruction] === OP.count ? 6 : 4);
  }

  /** For the longest match, nothing is tried twice. */
  private isNew(address: number, position: number): boolean {
    if (!this.isLongest || !this.program.isPlain) return true;
    const { size } = this.visited;
    return this.visited.add(address * (this.subject.length + 1) + position).size > size;
  }

  // --- Parts of instructions ---

  private holds(assertion: number, position: number): boolean {
    const { subject } = this;
    const { length } = subject;
    const isNewline = (place: number) => subject.charCodeAt(place) === 10;
    switch (assertion) {
      case ASSERTION_CODES.start:
        return position === 0;
      case ASSERTION_CODES.end:
        return position === length;
      case ASSERTION_CODES.endOrLastNewline:
        return position === length || (position === length - 1 && isNewline(position));
      case ASSERTION_CODES.lineStart:
        return position === 0 || (position < length && isNewline(position - 1));
      case ASSERTION_CODES.lineEnd:
        return position === length || isNewline(position);
      case ASSERTION_CODES.searchStart:
        return position === this.searchStart;
      default: {
        const isBoundary = isWord(subject, position - 1) !== isWord(subject, position);
        return isBoundary === (assertion === ASSERTION_CODES.word);
      }
    }
  }

  /** The end of what a group has matched, once more; -1 when it is not there. */
  private matchReference(address: number, position: number): number {
    const { code, hasEmptyReferences } = this.program;
    const { subject, registers } = this;
    const count = code[address + 2] as number;
    for (let index = 0; index < count; index++) {
      const group = code[address + 3 + index] as number;
      const start = registers[2 * group] as number;
      const end = registers[2 * group + 1] as number;
      if (start < 0 || end < 0) continue;
      const text = subject.slice(start, end);
      const other = subject.slice(position, position + end - start);
      const isSame =
        code[address + 1] === 1 ? toLowerAscii(text) === toLowerAscii(other) : text === other;
      return isSame ? position + end - start : -1;
    }
    return hasEmptyReferences ? position : -1;
  }

  /** @param place Of the number of groups in the code, which are behind it. */
  private hasMatched(place: number): boolean {
    const { code } = this.program;
    const count = code[place] as number;
    for (let index = 1; index <= count; index++) {
      const group = code[place + index] as number;
      if ((this.registers[2 * group + 1] as number) >= 0) return true;
    }
    return false;
  }

  private backFrom(position: number, characters: number): number {
    if (!this.program.isUtf8) return position - characters;
    let place = position;
    for (let count = 0; count < characters; count++) {
      do place--;
      while (place >= 0 && this.isWithinCharacter(place));
      if (place < 0) return -1;
    }
    return place;
  }

  /** False when the same group is being called at the same position already: it would never end. */
  private call(address: number, position: number): boolean {
    const { registers, frames, frameRegister } = this;
    const group = this.program.code[address + 2] as number;
    const outer = registers[frameRegister] as number;
    for (let frame = frames[outer - 1]; frame !== undefined; frame = frames[frame.outer - 1]) {
      if (frame.group === group && frame.position === position) return false;
    }
    const returnAddress = address + 3;
    frames.push({ returnAddress, registers: registers.slice(), outer, group, position });
    this.set(frameRegister, frames.length);
    return true;
  }

  /** What was called has no effect but the position. */
  private return(): number {
    const { registers, frames, frameRegister } = this;
    const frame = frames[(registers[frameRegister] as number) - 1] as Frame;
    frame.registers.forEach((value, register) => {
      if (registers[register] !== value) this.set(register, value);
    });
    return frame.returnAddress;
  }
}

function has(sets: readonly ByteSet[], set: number, subject: string, position: number): boolean {
  return (sets[set] as ByteSet)[subject.charCodeAt(position)] === 1;
}

function isWord(subject: string, place: number): boolean {
  return place >= 0 && place < subject.length && WORD_SET[subject.charCodeAt(place)] === 1;
}

/** The first place from one on with a byte of a set; -1 for none. */
function skipTo(set: ByteSet, subject: string, from: number): number {
  for (let place = from; place < subject.length; place++) {
    if (set[subject.charCodeAt(place)] === 1) return place;
  }
  return -1;
}

function toLowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
