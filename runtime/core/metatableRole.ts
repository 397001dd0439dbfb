/**
 * What becomes of `__mode` and `__gc` in a metatable. Lua looks at both when it collects; we must know
 * of them before. So their keys are never fields: emitted code then leaves each change to
 * `LuaTable.set`, and a table that gets `__mode`, and each metatable of a userdata, has a hash part that
 * reports changes (watchedHash.ts) to a role:
 *
 * - `__mode`: tables with this metatable are given a hash part of another kind (weakHash.ts).
 * - `__gc`: userdata with this metatable are known to the finalizers of the state (finalizers.ts).
 *
 * Tables that are environments are not watched: they have a hash part of their own. `__mode` counts
 * in them when they become a metatable.
 */
import { sharedMetatableOf, showInherited } from "./heritage.ts";
import { noteWeakUse } from "./collector.ts";
import type { Finalizable, Finalizers } from "./finalizers.ts";
import { NO_FIELDS } from "./fields.ts";
import { CLAIMS } from "./hash.ts";
import type { LuaValue } from "./value.ts";
import { LuaTable } from "./table.ts";
import type { LuaUserdata } from "./userdata.ts";
import { WatchedHash, type Watcher } from "./watchedHash.ts";
import { WEAK, WeakHash } from "./weakHash.ts";

export class MetatableRole implements Watcher {
  readonly metatable: LuaTable;
  /** Those that have it, as far as they must be told of a change of `__mode`. */
  private tables: WeakRef<LuaTable>[] = [];
  /** The userdata that have it and are not finalized yet. */
  userdata: Finalizable[] = [];
  /** Of the state that the userdata belong to. */
  private finalizers: Finalizers | undefined = undefined;

  constructor(metatable: LuaTable) {
    this.metatable = metatable;
  }

  changed(key: string): void {
    if (key === "__gc") {
      this.finalizers?.changed(this);
      return;
    }
    const mode = weakModeOf(this.metatable);
    for (const reference of this.tables) {
      const table = reference.deref();
      if (table?.metatable === this.metatable) setWeakMode(table, mode);
    }
  }

  addTable(table: LuaTable): void {
    if (isDueForSweep(this.tables)) {
      this.tables = this.tables.filter((reference) => reference.deref() !== undefined);
    }
    noteWeakUse();
    this.tables.push(new WeakRef(table));
  }

  addUserdata(userdata: LuaUserdata, finalizers: Finalizers): void {
    this.finalizers ??= finalizers;
    finalizers.add(userdata, this);
  }

  /** Those without a finalizer may go unnoticed. */
  add(finalizable: Finalizable): void {
    if (isDueForSweep(this.userdata) && this.metatable.getString("__gc") === undefined) {
      this.userdata = this.userdata.filter(({ reference }) => reference.deref() !== undefined);
    }
    this.userdata.push(finalizable);
  }
}

/** When the length of a growing list is a power of two, and it is not a short one. */
function isDueForSweep({ length }: readonly unknown[]): boolean {
  return length >= 16 && (length & (length - 1)) === 0;
}

/** Gives a table another metatable, or none, and what follows from its `__mode`. */
export function setMetatable(table: LuaTable, metatable: LuaTable | undefined): void {
  table.metatable = metatable;
  showInherited(table, metatable);
  table.heritage?.metatableChanged();
  // `__mode` is in the hash of a metatable, and weak tables have a hash: others are done.
  if (metatable?.hash === undefined && table.hash === undefined) {
    if (lateModes.areExpected && metatable !== undefined) noteUser(table, metatable);
    return;
  }
  const mode = metatable === undefined ? WEAK.nothing : weakModeOf(metatable);
  setWeakMode(table, mode);
  if (metatable === undefined) return;
  if (metatable.hash instanceof WatchedHash && metatable.getString("__mode") !== undefined) {
    roleOf(metatable)?.addTable(table);
  } else if (lateModes.areExpected) {
    noteUser(table, metatable);
  }
}

/**
 * `setmetatable(table, metatable)` where it is short: for a table that is nothing to others yet, and a metatable that does not
 * ask for more. Whether it was.
 *
 * @helper
 * @effects none
 */
export function adopt(table: LuaValue, metatable: LuaValue): boolean {
  if (!(table instanceof LuaTable) || !(metatable instanceof LuaTable)) return false;
  if (table.metatable !== undefined || table.heritage !== undefined) return false;
  if (table.hash !== undefined || metatable.hash !== undefined || lateModes.areExpected)
    return false;
  table.metatable = metatable;
  const view = metatable.heritage?.view;
  if (view !== undefined) table.inherited = view;
  return true;
}

/**
 * As `adopt`, for a metatable that consists of nothing but `__index` and is held by nobody else: `setmetatable(t, {__index = Class})`.
 * Tables with the same parent share one then, so that they inherit as those of one class do, until somebody asks for it (`ownMetatable`).
 *
 * @helper
 * @effects none
 */
export function adoptFresh(table: LuaValue, metatable: LuaValue): boolean {
  if (!adopt(table, metatable)) return false;
  const parent = (metatable as LuaTable).fields["__index"];
  if (!(parent instanceof LuaTable)) return true;
  const shared = sharedMetatableOf(parent);
  if (shared !== undefined) {
    const child = table as LuaTable;
    child.metatable = shared;
    child.inherited = shared.heritage?.view ?? NO_FIELDS;
  }
  return true;
}

/** The metatable of a table, for who may keep or change it. */
export function ownMetatable(table: LuaTable): LuaTable | undefined {
  const { metatable } = table;
  if (metatable?.heritage?.isShared !== true) return metatable;
  const own = new LuaTable();
  own.setString("__index", metatable.getString("__index"));
  setMetatable(table, own);
  return own;
}

/** Gives a userdata another metatable, and the finalizer in it. */
export function setUserdataMetatable(
  userdata: LuaUserdata,
  metatable: LuaTable | undefined,
  finalizers: Finalizers,
): void {
  const before = userdata.metatable?.hash;
  if (before instanceof WatchedHash && before.watcher instanceof MetatableRole) {
    finalizers.remove(userdata, before.watcher);
  }
  userdata.metatable = metatable;
  if (metatable !== undefined) roleOf(metatable)?.addUserdata(userdata, finalizers);
}

/** `__mode` is about to be stored in a table: from now on changes of it are noticed. */
export function watchMetatable(table: LuaTable): void {
  roleOf(table);
}

/** The role of a table as metatable; makes it one that is watched. `undefined` for environments. */
export function roleOf(table: LuaTable): MetatableRole | undefined {
  const { hash } = table;
  if (hash instanceof WatchedHash && hash.watcher instanceof MetatableRole) return hash.watcher;
  if (hash?.claims === CLAIMS.strings) return undefined;
  const role = new MetatableRole(table);
  const watched =
    hash instanceof WeakHash ? new WeakHash(hash.mode, role, hash.border()) : new WatchedHash(role);
  for (const [key, value] of hash?.entries() ?? []) watched.set(key, value);
  table.hash = watched;
  for (const user of lateModes.users.get(table) ?? []) {
    const used = user.deref();
    if (used !== undefined) role.addTable(used);
  }
  return role;
}

/** What `__mode` of a metatable says, as a sum of `WEAK`. */
export function weakModeOf(metatable: LuaTable): number {
  if (metatable.hash === undefined) return WEAK.nothing;
  const mode = metatable.getString("__mode");
  if (typeof mode !== "string") return WEAK.nothing;
  return (mode.includes("k") ? WEAK.keys : 0) + (mode.includes("v") ? WEAK.values : 0);
}

/** Moves the entries of a table to where they belong in this mode. */
function setWeakMode(table: LuaTable, mode: number): void {
  const { hash, array } = table;
  if ((hash instanceof WeakHash ? hash.mode : WEAK.nothing) === mode) return;
  if (hash?.claims === CLAIMS.strings) return;
  table.heritage?.bar();
  table.inherited = NO_FIELDS;
  const { fields } = table;
  const watcher = hash instanceof WatchedHash ? hash.watcher : undefined;
  const entries = hash?.entries() ?? [];
  if (mode !== WEAK.nothing) table.hash = new WeakHash(mode, watcher, table.length());
  else table.hash = watcher === undefined ? undefined : new WatchedHash(watcher);
  if ((mode & WEAK.values) !== 0) {
    table.fields = NO_FIELDS;
    array.forEach((value, index) => {
      if (value !== undefined) table.hash?.set(index + 1, value);
    });
    table.replaceArray([]);
    for (const name of Object.keys(fields)) {
      if (fields[name] !== undefined) table.hash?.set(name, fields[name]);
    }
  }
  for (const [key, value] of entries) table.set(key, value);
}

/**
 * A metatable usually has its `__mode` before it is used. Once a program is loaded that might set one
 * later, metatables without know a number of the tables that have them.
 */
const lateModes = {
  areExpected: false,
  users: new WeakMap<LuaTable, WeakRef<LuaTable>[]>(),
};

/** Of so many tables that get a metatable before its `__mode` it is known. */
const MAX_KNOWN_USERS = 100;

/**
 * Says that a program names `__mode` otherwise than in a table constructor.
 *
 * @helper
 * @effects none
 */
export function expectLateModes(): void {
  lateModes.areExpected = true;
}

function noteUser(table: LuaTable, metatable: LuaTable): void {
  const { users } = lateModes;
  let known = users.get(metatable);
  if (known === undefined) users.set(metatable, (known = []));
  if (known.length >= MAX_KNOWN_USERS) return;
  noteWeakUse();
  known.push(new WeakRef(table));
}
