/**
 * Programs for the machine (machine.ts): a tree as a list of numbers. An instruction is its code,
 * followed by its operands; addresses are places in the list.
 *
 * Registers hold the beginnings and ends of groups (0 and 1: of the match), then what loops and atomic
 * groups have to remember.
 */
import type { ByteSet } from "./byteSet.ts";
import type { Node, Repeat, Tree, Assertion } from "./tree.ts";
import { canBeEmpty } from "./shape.ts";

export const OP = {
  /** All of the pattern has matched. */
  match: 0,
  /** A byte. byte */
  byte: 1,
  /** A byte of a set. set */
  set: 2,
  jump: 3,
  /** Goes on behind; tries an address when that fails. address */
  split: 4,
  /** Stores the position. register */
  save: 5,
  /** As many bytes of a set as there are, fewer when that fails. set, minimum, maximum */
  greedyRun: 6,
  /** As few, more when that fails. set, minimum, maximum */
  lazyRun: 7,
  /** What groups have matched. whether case is ignored, count, groups */
  backreference: 8,
  /** test */
  assert: 9,
  /** Stores a value, or that of a register. register, whether it is a register's, value */
  put: 10,
  /** Goes back so many characters. characters */
  back: 11,
  /** A turn of a counted loop, or its end. counter, minimum, maximum, whether it is lazy, end */
  count: 12,
  /** Leaves a loop whose turn has matched nothing. register with the position, end */
  leaveEmpty: 13,
  /** Begins what is matched once and for all. register */
  beginAtomic: 14,
  endAtomic: 15,
  /** The same, and takes the position back at its end. Two registers from this one on. */
  beginLook: 16,
  endLook: 17,
  /** What must not match; goes on at an address when it does not. register, address */
  beginNegative: 18,
  endNegative: 19,
  /** Jumps unless a group has matched. address, count, groups */
  unlessGroup: 20,
  /** Jumps unless a group is being called, 0 for any. address, group */
  unlessCalled: 21,
  /** address, group */
  call: 22,
  return: 23,
  fail: 24,
} as const;

export const ASSERTION_CODES: Readonly<Record<Assertion, number>> = {
  start: 0,
  end: 1,
  endOrLastNewline: 2,
  lineStart: 3,
  lineEnd: 4,
  word: 5,
  notWord: 6,
  searchStart: 7,
};

export interface Program {
  readonly code: Int32Array;
  readonly sets: readonly ByteSet[];
  readonly registerCount: number;
  /** What a match begins with; `undefined` when it may be anything or nothing. */
  readonly firstBytes: ByteSet | undefined;
  /**
   * The set of a loop that each match begins with, when all that counts is where it ends: what fails at one
   * place fails at all others in the same run.
   */
  readonly leadingRun: ByteSet | undefined;
  readonly isUtf8: boolean;
  /** Whether references to groups that did not match are empty. */
  readonly hasEmptyReferences: boolean;
  /** Whether what is still to be matched depends on nothing but the place in the code and the position. */
  readonly isPlain: boolean;
}

/** Loops whose code is no longer than this when written out have no counter. */
const MAX_UNROLLED = 200;

/** For the machine: no run is longer. */
const NO_MAXIMUM = 0x7fffffff;

export function compileProgram(
  tree: Tree,
  options: {
    readonly firstBytes: ByteSet | undefined;
    readonly leadingRun: ByteSet | undefined;
    readonly hasEmptyReferences: boolean;
    /** Whether groups are of no interest. */
    readonly isWithoutGroups: boolean;
  },
): Program {
  const compiler = new Compiler(tree, options.isWithoutGroups);
  const { firstBytes, leadingRun, hasEmptyReferences } = options;
  const { isUtf8 } = tree;
  return { ...compiler.compile(), firstBytes, leadingRun, hasEmptyReferences, isUtf8 };
}

class Compiler {
  private readonly tree: Tree;
  private readonly isWithoutGroups: boolean;
  private readonly code: number[] = [];
  private readonly sets: ByteSet[] = [];
  private readonly setPlaces = new Map<ByteSet, number>();
  private registerCount: number;
  private isPlain = true;
  private readonly sizes = new Map<Node, number>();
  /** Where code that is called begins, by group. */
  private readonly routines = new Map<number, number>();
  private readonly calls: { readonly place: number; readonly group: number }[] = [];

  constructor(tree: Tree, isWithoutGroups: boolean) {
    this.tree = tree;
    this.isWithoutGroups = isWithoutGroups;
    this.registerCount = 2 * (tree.groupCount + 1);
  }

  compile() {
    this.emitNode(this.tree.root);
    this.emit(OP.match);
    // Routines may call others, which are added to the list.
    for (const { place, group } of this.calls) {
      this.code[place] = this.routine(group);
    }
    return {
      code: Int32Array.from(this.code),
      sets: this.sets,
      registerCount: this.registerCount,
      isPlain: this.isPlain,
    };
  }

  private emit(...numbers: readonly number[]): void {
    this.code.push(...numbers);
  }

  /** Emits an instruction whose last operand is an address that is known later. Returns its place. */
  private emitForward(...numbers: readonly number[]): number {
    this.emit(...numbers, -1);
    return this.code.length - 1;
  }

  private landHere(place: number): void {
    this.code[place] = this.code.length;
  }

  private newRegister(): number {
    this.isPlain = false;
    return this.registerCount++;
  }

  private setPlace(set: ByteSet): number {
    let place = this.setPlaces.get(set);
    if (place === undefined) {
      place = this.sets.push(set) - 1;
      this.setPlaces.set(set, place);
    }
    return place;
  }

  private emitNode(node: Node): void {
    switch (node.kind) {
      case "bytes":
        this.emitBytes(node.set);
        break;
      case "character":
        this.emitNode(node.bytes);
        break;
      case "sequence":
        for (const item of node.items) this.emitNode(item);
        break;
      case "choice":
        this.emitChoice(node.branches);
        break;
      case "repeat":
        this.emitRepeat(node);
        break;
      case "capture":
        this.emitCapture(node.group, node.body);
        break;
      case "look":
        if (node.isNegative) this.emitNegative(node.body);
        else this.emitLook(node.body);
        break;
      case "atomic":
        this.emitAtomic(node.body);
        break;
      case "assertion":
        this.emit(OP.assert, ASSERTION_CODES[node.test]);
        break;
      case "backreference":
        this.isPlain = false;
        this.emit(OP.backreference, Number(node.ignoresCase), node.groups.length, ...node.groups);
        break;
      case "keep":
        this.emit(OP.save, 0);
        break;
      case "back":
        this.emit(OP.back, node.characters);
        break;
      case "condition":
        this.emitCondition(node);
        break;
      case "call":
        this.isPlain = false;
        this.emit(OP.call, -1, node.group);
        this.calls.push({ place: this.code.length - 2, group: node.group });
        break;
      case "fail":
        this.emit(OP.fail);
        break;
    }
  }

  private emitBytes(set: ByteSet): void {
    const byte = onlyByte(set);
    if (byte === undefined) this.emit(OP.set, this.setPlace(set));
    else this.emit(OP.byte, byte);
  }

  private emitChoice(branches: readonly Node[]): void {
    const ends: number[] = [];
    branches.forEach((branch, index) => {
      if (index === branches.length - 1) {
        this.emitNode(branch);
        return;
      }
      const next = this.emitForward(OP.split);
      this.emitNode(branch);
      ends.push(this.emitForward(OP.jump));
      this.landHere(next);
    });
    for (const end of ends) this.landHere(end);
  }

  private emitCapture(group: number, body: Node): void {
    if (this.isWithoutGroups) {
      this.emitNode(body);
      return;
    }
    // The beginning counts once there is an end: references look at both.
    const start = this.registerCount++;
    this.emit(OP.save, start);
    this.emitNode(body);
    this.emit(OP.put, 2 * group, COPY, start);
    this.emit(OP.save, 2 * group + 1);
  }

  // --- Loops ---

  private emitRepeat(node: Repeat): void {
    const { body, minimum, maximum, isLazy } = node;
    if (body.kind === "bytes") {
      const most = Math.min(maximum, NO_MAXIMUM);
      this.emit(isLazy ? OP.lazyRun : OP.greedyRun, this.setPlace(body.set), minimum, most);
      return;
    }
    const size = this.sizeOf(body);
    if (maximum === Infinity) {
      if (minimum > 1) this.emitRepeat({ ...node, minimum: minimum - 1, maximum: minimum - 1 });
      this.emitEndless(node);
    } else if (maximum > 1 && maximum * size > MAX_UNROLLED) {
      this.emitCounted(node);
    } else {
      for (let turn = 0; turn < minimum; turn++) this.emitNode(body);
      this.emitOptional(body, maximum - minimum, isLazy);
    }
  }

  /** How long the code of a node is. */
  private sizeOf(node: Node): number {
    let size = this.sizes.get(node);
    if (size === undefined) {
      size = this.measure(node);
      this.sizes.set(node, size);
    }
    return size;
  }

  private measure(node: Node): number {
    const before = this.code.length;
    const { registerCount, isPlain } = this;
    const callCount = this.calls.length;
    this.emitNode(node);
    const size = this.code.length - before;
    this.code.length = before;
    this.registerCount = registerCount;
    this.isPlain = isPlain;
    this.calls.length = callCount;
    return size;
  }

  private emitOptional(body: Node, count: number, isLazy: boolean): void {
    const ends: number[] = [];
    for (let turn = 0; turn < count; turn++) {
      ends.push(this.emitChance(isLazy));
      this.emitNode(body);
    }
    for (const end of ends) this.landHere(end);
  }

  /** What leads to a turn of a loop and, as the other way, out of it. Returns where its end is told. */
  private emitChance(isLazy: boolean): number {
    if (!isLazy) return this.emitForward(OP.split);
    const turn = this.emitForward(OP.split);
    const end = this.emitForward(OP.jump);
    this.landHere(turn);
    return end;
  }

  /** A loop whose first turn need not be if the minimum is 0, and must be else. */
  private emitEndless({ body, minimum, isLazy }: Repeat): void {
    const ends = minimum === 0 ? [this.emitChance(isLazy)] : [];
    const start = this.code.length;
    const leave = this.emitTurn(body);
    ends.push(this.emitChance(isLazy));
    this.emit(OP.jump, start);
    for (const end of ends) this.landHere(end);
    if (leave !== undefined) this.landHere(leave);
  }

  /** A turn that is the last one when it matches nothing. Returns where its end is told. */
  private emitTurn(body: Node): number | undefined {
    if (!canBeEmpty(body)) {
      this.emitNode(body);
      return undefined;
    }
    const before = this.newRegister();
    this.emit(OP.save, before);
    this.emitNode(body);
    return this.emitForward(OP.leaveEmpty, before);
  }

  private emitCounted({ body, minimum, maximum, isLazy }: Repeat): void {
    const counter = this.newRegister();
    this.emit(OP.put, counter, 0, 0);
    const start = this.code.length;
    const end = this.emitForward(OP.count, counter, minimum, maximum, Number(isLazy));
    this.emitNode(body);
    this.emit(OP.jump, start);
    this.landHere(end);
  }

  // --- What is matched once and for all ---

  private emitAtomic(body: Node): void {
    const register = this.newRegister();
    this.emit(OP.beginAtomic, register);
    this.emitNode(body);
    this.emit(OP.endAtomic, register);
  }

  private emitLook(body: Node): void {
    const register = this.newRegister();
    this.newRegister();
    this.emit(OP.beginLook, register);
    this.emitNode(body);
    this.emit(OP.endLook, register);
  }

  private emitNegative(body: Node): void {
    const register = this.newRegister();
    const next = this.emitForward(OP.beginNegative, register);
    this.emitNode(body);
    this.emit(OP.endNegative, register);
    this.landHere(next);
  }

  private emitCondition(node: Extract<Node, { kind: "condition" }>): void {
    this.isPlain = false;
    const { groups, calledGroup } = node;
    if (calledGroup === undefined) this.emit(OP.unlessGroup, -1, groups.length, ...groups);
    else this.emit(OP.unlessCalled, -1, calledGroup);
    const operands = calledGroup === undefined ? 2 + groups.length : 2;
    const otherwise = this.code.length - operands;
    this.emitNode(node.yes);
    const end = this.emitForward(OP.jump);
    this.landHere(otherwise);
    this.emitNode(node.no);
    this.landHere(end);
  }

  private routine(group: number): number {
    let place = this.routines.get(group);
    if (place === undefined) {
      place = this.code.length;
      this.routines.set(group, place);
      const body = group === 0 ? this.tree.root : this.tree.bodies.get(group);
      if (body !== undefined) this.emitNode(body);
      this.emit(OP.return);
    }
    return place;
  }
}

/** As an operand of `put`: the value is that of a register. */
const COPY = 1;

/** The byte of a set that has one only. */
function onlyByte(set: ByteSet): number | undefined {
  const byte = set.indexOf(1);
  return byte >= 0 && set.lastIndexOf(1) === byte ? byte : undefined;
}
