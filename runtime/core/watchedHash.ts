/** The hash part of a table in whose entries `__mode` and `__gc` somebody is interested. */
import { isWatchedKey } from "./fields.ts";
import { OrderedHash } from "./hash.ts";
import type { LuaValue } from "./value.ts";

export interface Watcher {
  /** The entry of this key may have changed. */
  changed(key: string): void;
}

export class WatchedHash extends OrderedHash {
  override holdsStrings = true;
  readonly watcher: Watcher | undefined;

  constructor(watcher: Watcher | undefined) {
    super();
    this.watcher = watcher;
  }

  override set(key: LuaValue, value: LuaValue): void {
    this.store(key, value);
    this.tell(key);
  }

  override replace(): boolean {
    return false;
  }

  override delete(key: LuaValue): void {
    this.drop(key);
    this.tell(key);
  }

  protected store(key: LuaValue, value: LuaValue): void {
    super.set(key, value);
  }

  protected drop(key: LuaValue): void {
    super.delete(key);
  }

  private tell(key: LuaValue): void {
    if (typeof key === "string" && isWatchedKey(key)) this.watcher?.changed(key);
  }
}
