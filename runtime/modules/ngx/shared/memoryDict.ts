/**
 * A shared dictionary in the memory of this process. Entries are in the order of their use; where one has no room,
 * those go first that were not used for longest. What has expired stays until then, for `get_stale`.
 *
 * Sizes are counted: of keys and values as they are, and what an entry takes besides, by a fixed number.
 */
import type { DictReply, DictRequest, DictValue, SharedDict } from "./dict.ts";

const ENTRY_BYTES = 80;
const ELEMENT_BYTES = 40;
const NUMBER_BYTES = 8;

interface Entry {
  value: DictValue | DictValue[];
  /** 0 for never. */
  expiresAtMs: number;
  flags: number;
  sizeBytes: number;
}

const NOT_FOUND: DictReply = [undefined, "not found"];
const NO_LIST: DictReply = [undefined, "value not a list"];

export class MemoryDict implements SharedDict {
  readonly capacityBytes: number;
  private readonly entries = new Map<string, Entry>();
  private readonly nowMs: () => number;
  private usedBytes = 0;

  constructor(capacityBytes: number, nowMs: () => number) {
    this.capacityBytes = capacityBytes;
    this.nowMs = nowMs;
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
        const list = this.live(key)?.value ?? [];
        return Array.isArray(list) ? [list.length] : NO_LIST;
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
        return [];
      case "flush_expired":
        return [this.flushExpired(maximum)];
      case "get_keys": {
        const keys = [...this.entries].flatMap(([each, entry]) =>
          this.isExpired(entry) ? [] : [each],
        );
        return maximum > 0 ? keys.reverse().slice(0, maximum) : keys.reverse();
      }
      case "capacity":
        return [this.capacityBytes];
      case "free_space":
        return [Math.max(0, this.capacityBytes - this.usedBytes)];
    }
  }

  private isExpired({ expiresAtMs }: Entry): boolean {
    return expiresAtMs !== 0 && expiresAtMs <= this.nowMs();
  }

  private expiry({ ttlMs = 0 }: DictRequest): number {
    return ttlMs === 0 ? 0 : this.nowMs() + ttlMs;
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
    if (Array.isArray(entry.value)) return [undefined, "value is a list"];
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
    const before = this.entries.get(key)?.sizeBytes ?? 0;
    const isTooLarge = entry.sizeBytes > this.capacityBytes;
    const lacksRoom = () => this.usedBytes + entry.sizeBytes > this.capacityBytes;
    if (isTooLarge || (isSafe && lacksRoom() && !this.hasRoomFor(entry.sizeBytes - before))) {
      return [false, "no memory", false];
    }
    this.remove(key);
    let isForced = false;
    for (const [oldest, other] of this.entries) {
      if (!lacksRoom()) break;
      isForced ||= !this.isExpired(other);
      this.remove(oldest);
    }
    this.entries.set(key, entry);
    this.usedBytes += entry.sizeBytes;
    return [true, undefined, isForced];
  }

  /** Once what has expired is gone. */
  private hasRoomFor(bytes: number): boolean {
    if (this.usedBytes + bytes <= this.capacityBytes) return true;
    this.flushExpired(0);
    return this.usedBytes + bytes <= this.capacityBytes;
  }

  private remove(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.usedBytes -= entry.sizeBytes;
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
    const list = known?.value ?? [];
    if (!Array.isArray(list)) return NO_LIST;
    const sizeBytes =
      (known?.sizeBytes ?? ENTRY_BYTES + key.length) + ELEMENT_BYTES + sizeOf(value);
    const longer = command === "lpush" ? [value, ...list] : [...list, value];
    const { expiresAtMs = 0, flags = 0 } = known ?? {};
    const [isStored, problem] = this.put(
      key,
      { value: longer, expiresAtMs, flags, sizeBytes },
      false,
    );
    return isStored === true ? [longer.length] : [undefined, problem];
  }

  private pop(key: string, isFirst: boolean): DictReply {
    const entry = this.live(key);
    if (entry === undefined) return [undefined];
    if (!Array.isArray(entry.value)) return NO_LIST;
    const value = (isFirst ? entry.value.shift() : entry.value.pop()) as DictValue;
    if (entry.value.length === 0) {
      this.remove(key);
    } else {
      const freed = ELEMENT_BYTES + sizeOf(value);
      entry.sizeBytes -= freed;
      this.usedBytes -= freed;
    }
    return [value];
  }

  private flushExpired(maximum: number): number {
    let count = 0;
    for (const [key, entry] of this.entries) {
      if (maximum > 0 && count >= maximum) break;
      if (!this.isExpired(entry)) continue;
      this.remove(key);
      count++;
    }
    return count;
  }
}

function sizeOf(value: DictValue): number {
  return typeof value === "string" ? value.length : NUMBER_BYTES;
}
