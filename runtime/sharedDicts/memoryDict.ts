/**
 * A shared dictionary in the memory of this process. Entries are in the order of their use; where one has no room,
 * those go first that were not used for longest. What has expired stays until then, for `get_stale`.
 *
 * Sizes are counted: of keys and values as they are, and what an entry takes besides, by a fixed number.
 */
import type { DictReply, DictRequest, DictValue, SharedDict } from "./dict.ts";
import { ValueList } from "./valueList.ts";

// As measured, so that the process does not need more memory than the sizes say.
const ENTRY_BYTES = 160;
const ELEMENT_BYTES = 40;
const NUMBER_BYTES = 8;

interface Entry {
  value: DictValue | ValueList;
  /** 0 for never. */
  expiresAtMs: number;
  flags: number;
  sizeBytes: number;
}

const NOT_FOUND: DictReply = [undefined, "not found"];
const NO_LIST: DictReply = [undefined, "value not a list"];

export class MemoryDict implements SharedDict {
  readonly isAway = false;
  private readonly entries = new Map<string, Entry>();
  private readonly nowMs: () => number;
  private size: number;
  private used = 0;
  /** Nothing expires earlier. A dictionary that is full is not searched for what has expired each time. */
  private earliestExpiryMs = Infinity;

  constructor(capacityBytes: number, nowMs: () => number) {
    this.size = capacityBytes;
    this.nowMs = nowMs;
  }

  get capacityBytes(): number {
    return this.size;
  }

  get usedBytes(): number {
    return this.used;
  }

  /** Those that were not used for longest go if there is no room for them any more. */
  resize(capacityBytes: number): void {
    this.size = capacityBytes;
    this.makeRoom(0);
  }

  request(request: DictRequest): DictReply {
    const { command, key, maximum = 0 } = request;
    switch (command) {
      case "get":
      case "get_stale":
        return this.get(key, command === "get_stale");
      case "set":
      case "safe_set":
      case "add":
      case "safe_add":
      case "replace":
        return this.store(request);
      case "incr":
        return this.increment(request);
      case "lpush":
      case "rpush":
        return this.push(request);
      case "lpop":
      case "rpop":
        return this.pop(key, command === "lpop");
      case "llen": {
        const entry = this.live(key);
        if (entry === undefined) return [0];
        return entry.value instanceof ValueList ? [entry.value.length] : NO_LIST;
      }
      case "ttl": {
        const entry = this.live(key);
        if (entry === undefined) return NOT_FOUND;
        return [entry.expiresAtMs === 0 ? 0 : (entry.expiresAtMs - this.nowMs()) / 1000];
      }
      case "expire": {
        const entry = this.live(key);
        if (entry === undefined) return NOT_FOUND;
        entry.expiresAtMs = this.expiry(request);
        return [true];
      }
      case "flush_all":
        for (const entry of this.entries.values()) entry.expiresAtMs = -1;
        this.earliestExpiryMs = -1;
        return [];
      case "flush_expired":
        return [this.flushExpired(maximum)];
      case "get_keys":
        return this.keys(maximum);
      case "capacity":
        return [this.size];
      case "free_space":
        return [this.size - this.used];
    }
  }

  private isExpired({ expiresAtMs }: Entry): boolean {
    return expiresAtMs !== 0 && expiresAtMs <= this.nowMs();
  }

  private expiry({ ttlMs = 0 }: DictRequest): number {
    if (ttlMs === 0) return 0;
    const atMs = this.nowMs() + ttlMs;
    this.earliestExpiryMs = Math.min(this.earliestExpiryMs, atMs);
    return atMs;
  }

  /** Marks it as used. */
  private find(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry;
  }

  private live(key: string): Entry | undefined {
    const entry = this.find(key);
    return entry === undefined || this.isExpired(entry) ? undefined : entry;
  }

  private get(key: string, mayBeStale: boolean): DictReply {
    const entry = mayBeStale ? this.find(key) : this.live(key);
    if (entry === undefined) return [undefined];
    if (entry.value instanceof ValueList) return [undefined, "value is a list"];
    const flags = entry.flags === 0 ? undefined : entry.flags;
    if (mayBeStale) return [entry.value, flags, this.isExpired(entry)];
    return flags === undefined ? [entry.value] : [entry.value, flags];
  }

  private store(request: DictRequest): DictReply {
    const { command, key, value, flags = 0 } = request;
    const known = this.live(key);
    const isAdding = command === "add" || command === "safe_add";
    if (isAdding && known !== undefined) return [false, "exists", false];
    if (command === "replace" && known === undefined) return [false, "not found", false];
    if (value === undefined) {
      if (isAdding || command === "replace") {
        return [false, "attempt to add or replace nil values", false];
      }
      this.remove(key);
      return [true, undefined, false];
    }
    const sizeBytes = ENTRY_BYTES + key.length + sizeOf(value);
    const entry: Entry = { value, flags, expiresAtMs: this.expiry(request), sizeBytes };
    return this.put(key, entry, command.startsWith("safe_"));
  }

  /** @returns Whether it was stored, why not, and whether others had to go that had not expired. */
  private put(key: string, entry: Entry, isSafe: boolean): DictReply {
    if (entry.sizeBytes > this.size || (isSafe && !this.hasRoomFor(key, entry.sizeBytes))) {
      return [false, "no memory", false];
    }
    this.remove(key);
    const isForced = this.makeRoom(entry.sizeBytes);
    this.entries.set(key, entry);
    this.used += entry.sizeBytes;
    return [true, undefined, isForced];
  }

  /** In place of what the key has; once what has expired is gone. */
  private hasRoomFor(key: string, bytes: number): boolean {
    const lacksRoom = (): boolean =>
      this.used - (this.entries.get(key)?.sizeBytes ?? 0) + bytes > this.size;
    if (lacksRoom()) this.flushExpired(0);
    return !lacksRoom();
  }

  /** @returns Whether some had to go that had not expired. */
  private makeRoom(bytes: number): boolean {
    let isForced = false;
    for (const [oldest, other] of this.entries) {
      if (this.used + bytes <= this.size) break;
      isForced ||= !this.isExpired(other);
      this.remove(oldest);
    }
    return isForced;
  }

  private remove(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.used -= entry.sizeBytes;
  }

  private increment(request: DictRequest): DictReply {
    const { key, value, initial } = request;
    const entry = this.live(key);
    if (entry !== undefined) {
      if (typeof entry.value !== "number") return [undefined, "not a number"];
      entry.value += Number(value);
      return initial === undefined ? [entry.value] : [entry.value, undefined, false];
    }
    if (initial === undefined) return NOT_FOUND;
    const sum = initial + Number(value);
    const [isStored, problem, isForced] = this.store({ ...request, command: "set", value: sum });
    return isStored === true ? [sum, undefined, isForced] : [undefined, problem, isForced];
  }

  private push({ command, key, value = "" }: DictRequest): DictReply {
    const known = this.live(key);
    const list = known?.value ?? new ValueList();
    if (!(list instanceof ValueList)) return NO_LIST;
    const sizeBytes =
      (known?.sizeBytes ?? ENTRY_BYTES + key.length) + ELEMENT_BYTES + sizeOf(value);
    const { expiresAtMs = 0, flags = 0 } = known ?? {};
    const [isStored, problem] = this.put(
      key,
      { value: list, expiresAtMs, flags, sizeBytes },
      false,
    );
    if (isStored !== true) return [undefined, problem];
    if (command === "lpush") list.addFirst(value);
    else list.addLast(value);
    return [list.length];
  }

  private pop(key: string, isFirst: boolean): DictReply {
    const entry = this.live(key);
    if (entry === undefined) return [undefined];
    if (!(entry.value instanceof ValueList)) return NO_LIST;
    const value = isFirst ? entry.value.takeFirst() : entry.value.takeLast();
    if (entry.value.length === 0) {
      this.remove(key);
    } else {
      const freed = ELEMENT_BYTES + sizeOf(value ?? "");
      entry.sizeBytes -= freed;
      this.used -= freed;
    }
    return [value];
  }

  private flushExpired(maximum: number): number {
    const nowMs = this.nowMs();
    if (nowMs < this.earliestExpiryMs) return 0;
    let count = 0;
    let earliestMs = Infinity;
    for (const [key, entry] of this.entries) {
      // What was not looked at may have expired.
      if (maximum > 0 && count >= maximum) return count;
      const { expiresAtMs } = entry;
      if (expiresAtMs === 0) continue;
      if (expiresAtMs <= nowMs) {
        this.remove(key);
        count++;
      } else earliestMs = Math.min(earliestMs, expiresAtMs);
    }
    this.earliestExpiryMs = earliestMs;
    return count;
  }

  private keys(maximum: number): readonly string[] {
    const keys: string[] = [];
    for (const [key, entry] of this.entries) {
      if (!this.isExpired(entry)) keys.push(key);
    }
    return maximum > 0 ? keys.reverse().slice(0, maximum) : keys.reverse();
  }
}

function sizeOf(value: DictValue): number {
  return typeof value === "string" ? value.length : NUMBER_BYTES;
}
