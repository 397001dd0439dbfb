/**
 * Inheritance by `__index` (manual 2.8) where V8 can follow it. A table's own fields never inherit; it
 * has a second object, `inherited`, which emitted code asks when the first has nothing:
 *
 *     table.inherited -> view of its metatable -> fields of the table `__index` names -> view of its metatable -> ...
 *
 * The arrows behind the first are JavaScript's prototypes. They are between metatables and classes only, which
 * are few, so that no table costs a prototype of its own (measured: 1.5 us), and all tables with the same
 * keys share a hidden class whatever their metatables are.
 *
 * Invariants, without which emitted code would read the wrong value:
 * - A table whose `inherited` is a view has no string key in the hash that could be a field: a key of its own
 *   comes before what it inherits. One that gets such a key loses its view (`LuaTable.setHash`).
 * - A *parent*, a table in the middle of the chain, keeps all such keys in its fields; one that gets too many is
 *   barred: its fields become empty for those who inherit them.
 * - Whoever changes the metatable of a parent, or `__index` or `__newindex` of a metatable, says so here.
 * - A parent's fields inherit nothing by a metatable with `__newindex`: emitted code overwrites what it reads there.
 *
 * What is not found this way is looked up as the manual says (access.ts), so nothing depends on a table being
 * linked. Links are made when lookups were slow several times: a metatable that is used once costs nothing. Those that
 * consist of `__index` alone, and of which programs have no hold, are one for all tables with the same parent.
 */
import { Fields, fieldsBelow, inheritFrom, isFieldKey, NO_FIELDS } from "./fields.ts";
import type { FieldsObject } from "./fields.ts";
import { CLAIMS, type OrderedHash } from "./hash.ts";
import { Sampler } from "./sampler.ts";
import { LuaTable } from "./table.ts";
import type { LuaValue } from "./value.ts";

/** The events that are asked for often, each with its place among the handlers that a metatable keeps at hand. */
export const EVENT = {
  add: 0,
  sub: 1,
  mul: 2,
  div: 3,
  mod: 4,
  pow: 5,
  unm: 6,
  concat: 7,
  len: 8,
  eq: 9,
  lt: 10,
  le: 11,
  index: 12,
  newindex: 13,
  call: 14,
} as const;

/** After so many lookups that had to follow `__index` of a metatable, its view is made. */
const MIN_LOOKUPS = 8;

/** So many of the tables looked at named the same parent; those that follow share a metatable. */
const MIN_CHILDREN = 2;

/** More keys than these, none of them a constant in any program, are no class but a dictionary. */
const MAX_PARENT_KEYS = 512;

/** So many parents behind each other are followed; LuaJIT gives up at 100. */
const MAX_DEPTH = 50;

const EVENT_KEYS = Object.keys(EVENT).map((name) => `__${name}`);

/** In place of a handler that was not asked for. */
const UNKNOWN = Symbol("unknown");
const ALL_UNKNOWN: readonly (LuaValue | typeof UNKNOWN)[] = EVENT_KEYS.map(() => UNKNOWN);

/** Counts all changes of links between tables. */
const links = { version: 0 };

/** Of tables that were given a metatable of their own: what parents of few tables are would cost more than it brings. */
const sampler = new Sampler();

/** What a table is to others: a metatable, a parent, or both. */
export class Heritage {
  /** Whether its fields are in the chain of others. */
  isParent = false;
  /** Of a parent: a field was removed, whose place hides what it inherits. */
  private hasGaps = false;
  /** Of a metatable: the state of all links in which its view was found to show all. */
  private completeAt = -1;
  /** What the tables with this metatable inherit; made when it is worth its while. */
  view: FieldsObject | undefined = undefined;
  /** The same for a table that is a parent itself, and empty where there is `__newindex`. */
  private parentView: FieldsObject | undefined = undefined;
  /** Whether the view shows the fields of the table that `__index` names. */
  private isLinked = false;
  /** The same of what parents see. */
  private isOpen = false;
  private readonly table: LuaTable;
  /** The handlers of a metatable by their `EVENT`, as far as they were asked for; others are no Lua value. */
  handlers: readonly (LuaValue | typeof UNKNOWN)[] = ALL_UNKNOWN;
  private isBarred = false;
  private lookups = 0;
  private dynamicKeys = 0;
  private childCount = 0;
  /** Of a parent: the metatable that stands for those of its children (`sharedMetatableOf`). */
  shared: LuaTable | undefined = undefined;
  /** Of a metatable: it stands for many, each of which one table has. Programs never get hold of it. */
  isShared = false;

  constructor(table: LuaTable) {
    this.table = table;
  }

  /** Of a metatable: an event was stored or removed. */
  changed(key: string): void {
    this.handlers = ALL_UNKNOWN;
    if (this.view !== undefined && (key === "__index" || key === "__newindex")) this.point(0);
  }

  /** Of a metatable: the handler of an event, raw. @param event One of `EVENT`. */
  handler(event: number): LuaValue {
    const known = this.handlers[event];
    return known === UNKNOWN ? this.findHandler(event) : known;
  }

  private findHandler(event: number): LuaValue {
    const { table } = this;
    const handler = table.getString(EVENT_KEYS[event] as string);
    if (tellsOfChanges(table)) {
      const handlers = [...this.handlers];
      handlers[event] = handler;
      this.handlers = handlers;
    }
    return handler;
  }

  /** The view of a metatable that is used often for sure. */
  ownView(): FieldsObject {
    return this.view ?? this.makeView(0);
  }

  /** Of a parent: another table that names it is looked at. */
  noteChild(): LuaTable | undefined {
    if (++this.childCount >= MIN_CHILDREN) {
      this.shared = new LuaTable();
      this.shared.setString("__index", this.table);
      const heritage = heritageOf(this.shared);
      heritage.isShared = true;
      heritage.makeView(0);
    }
    return this.shared;
  }

  /** Of a parent: a field was removed. */
  removedField(): void {
    this.hasGaps = true;
    links.version++;
  }

  /** Of a parent: it got another metatable. */
  metatableChanged(): void {
    if (this.isParent) this.pointParent(0);
  }

  /** Of a parent: it got a key that is no constant of a program. */
  addedDynamicKey(): void {
    if (++this.dynamicKeys > MAX_PARENT_KEYS) this.bar();
  }

  /** A lookup found something by way of this metatable. Whether there is a view by now. */
  noteLookup(): boolean {
    if (this.view !== undefined) return true;
    if (++this.lookups < MIN_LOOKUPS) return false;
    this.makeView(0);
    return true;
  }

  /** Of a parent: from now on nobody inherits its fields, which are to be replaced. */
  bar(): void {
    links.version++;
    this.isBarred = true;
    this.handlers = ALL_UNKNOWN;
    if (!this.isParent) return;
    this.isParent = false;
    const { table } = this;
    const { fields } = table;
    table.fields = NO_FIELDS;
    const entries = Object.entries(fields);
    for (const [key] of entries) fields[key] = undefined;
    inheritFrom(fields, undefined);
    for (const [key, value] of entries) if (value !== undefined) table.setString(key, value);
  }

  private makeView(depth: number): FieldsObject {
    this.view = fieldsBelow(NO_FIELDS);
    this.point(depth);
    return this.view;
  }

  /** Lets the views show what the events say. */
  private point(depth: number): void {
    if (this.view === undefined) return;
    const parent = tellsOfChanges(this.table) ? this.table.getString("__index") : undefined;
    const fields =
      parent instanceof LuaTable && depth < MAX_DEPTH
        ? heritageOf(parent).fieldsToInherit(depth)
        : undefined;
    links.version++;
    this.isLinked = inheritUnlessCyclic(this.view, fields) && fields !== undefined;
    if (this.parentView !== undefined) this.pointParentView();
  }

  private pointParentView(): void {
    const isGuarded = this.table.getString("__newindex") !== undefined;
    if (this.parentView !== undefined) {
      const isShown = inheritUnlessCyclic(this.parentView, isGuarded ? undefined : this.view);
      links.version++;
      this.isOpen = isShown && !isGuarded && this.isLinked;
    }
  }

  /** `undefined` when its fields are not all there is. */
  private fieldsToInherit(depth: number): FieldsObject | undefined {
    if (!this.isParent && !this.isBarred) this.becomeParent(depth);
    return this.isParent ? this.table.fields : undefined;
  }

  private becomeParent(depth: number): void {
    const { table } = this;
    if (!tellsOfChanges(table)) return;
    const keys = table.hash === undefined ? [] : fieldKeysAhead(table.hash);
    if (keys === undefined || keys.length > MAX_PARENT_KEYS) {
      this.isBarred = true;
      return;
    }
    // New ones, so that a walk by `next` sees that there are more. `pairs` finds them by the slots they leave.
    if (keys.length > 0) table.fields = Object.assign(new Fields(), table.fields);
    else if (table.fields === NO_FIELDS) table.fields = new Fields();
    for (const key of keys) {
      table.fields[key] = table.hash?.get(key);
      table.hash?.delete(key);
    }
    this.hasGaps = Object.values(table.fields).includes(undefined);
    this.isParent = true;
    this.pointParent(depth);
  }

  private pointParent(depth: number): void {
    links.version++;
    const { metatable, fields } = this.table;
    inheritUnlessCyclic(
      fields,
      metatable === undefined ? undefined : heritageOf(metatable).viewForParent(depth + 1),
    );
  }

  /**
   * Whether what is not found in the view of this metatable is nowhere: all tables that `__index` leads to are in the
   * chain, and there is no function at its end.
   */
  get showsAll(): boolean {
    if (this.completeAt === links.version) return true;
    if (!this.findWhetherComplete()) return false;
    this.completeAt = links.version;
    return true;
  }

  private findWhetherComplete(): boolean {
    if (!this.isLinked) return false;
    let parent = this.handler(EVENT.index);
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      if (!(parent instanceof LuaTable)) return false;
      if (parent.heritage?.isParent !== true || parent.heritage.hasGaps) return false;
      const next = parent.metatable;
      if (next === undefined) return true;
      if (next.heritage === undefined || !tellsOfChanges(next)) return false;
      const handler = next.heritage.handler(EVENT.index);
      if (handler === undefined) return true;
      if (!next.heritage.isOpen) return false;
      parent = handler;
    }
    return false;
  }

  private viewForParent(depth: number): FieldsObject {
    if (this.view === undefined) this.makeView(depth);
    if (this.parentView === undefined) {
      this.parentView = fieldsBelow(NO_FIELDS);
      this.pointParentView();
    }
    return this.parentView;
  }
}

/**
 * Of a table that `__index` of a new metatable names, which has nothing else and which nobody can reach but by the one table
 * that gets it: what that table may have for a metatable instead. `undefined` for the first hundred or so.
 */
export function sharedMetatableOf(parent: LuaTable): LuaTable | undefined {
  const known = parent.heritage?.shared;
  if (known !== undefined) return known;
  return sampler.picks() ? heritageOf(parent).noteChild() : undefined;
}

export function heritageOf(table: LuaTable): Heritage {
  return (table.heritage ??= new Heritage(table));
}

/**
 * A lookup in a table went by its metatable and found something in a table: the next one may be faster.
 */
export function noteInheritance(table: LuaTable, metatable: LuaTable): void {
  if (heritageOf(metatable).noteLookup()) showInherited(table, metatable);
}

/** Lets a table show what it inherits by its metatable, if that is known and nothing is in the way. */
export function showInherited(table: LuaTable, metatable: LuaTable | undefined): void {
  const view = metatable?.heritage?.view;
  const { hash } = table;
  table.inherited = view === undefined || hash?.holdsStrings === true ? NO_FIELDS : view;
}

/** Whether events that are stored in a metatable are noticed: global variables are not, nor what is collected. */
function tellsOfChanges({ hash }: LuaTable): boolean {
  return hash === undefined || hash.claims === CLAIMS.nothing;
}

/**
 * The keys of a hash that may be fields, in order; `undefined` when others come before some of them. A table may become a
 * parent because it is read while somebody walks it, who must meet the same entries as before, in the same order.
 */
function fieldKeysAhead(hash: OrderedHash): string[] | undefined {
  const keys: string[] = [];
  let isAhead = true;
  for (let slot = 0; slot < hash.slotCount; slot++) {
    const key = hash.keyAt(slot);
    if (typeof key !== "string" || !isFieldKey(key)) isAhead = false;
    else if (hash.valueAt(slot) === undefined) continue;
    else if (!isAhead) return undefined;
    else keys.push(key);
  }
  return keys;
}

/** Tables that inherit from each other in a circle are for the slow way, which raises an error. */
function inheritUnlessCyclic(fields: FieldsObject, prototype: FieldsObject | undefined): boolean {
  try {
    inheritFrom(fields, prototype);
    return true;
  } catch {
    inheritFrom(fields, undefined);
    return false;
  }
}
