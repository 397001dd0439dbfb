/**
 * A shared dictionary as those see it who use it: requests and replies are plain data, so that it may as well lie in
 * another process, in which case calls wait for it.
 */

/** Bytes if it is a string. */
export type DictValue = string | number | boolean;

export type DictReply = readonly (DictValue | undefined)[];

export type DictCommand =
  | "get"
  | "get_stale"
  | "set"
  | "safe_set"
  | "add"
  | "safe_add"
  | "replace"
  | "incr"
  | "lpush"
  | "rpush"
  | "lpop"
  | "rpop"
  | "llen"
  | "ttl"
  | "expire"
  | "flush_all"
  | "flush_expired"
  | "get_keys"
  | "capacity"
  | "free_space";

export interface DictRequest {
  readonly command: DictCommand;
  /** From 1 to 65,535 bytes; "" for what concerns all keys. */
  readonly key: string;
  readonly value?: DictValue | undefined;
  /** 0 for ever. */
  readonly ttlMs?: number;
  readonly flags?: number;
  /** Of `incr`: what a key begins with that is not there. */
  readonly initial?: number | undefined;
  /** Of `flush_expired` and `get_keys`; 0 for all. */
  readonly maximum?: number;
}

export interface SharedDict {
  /** Whether it lies in another process: then it gives promises, and may be asked only by whoever can wait. */
  readonly isAway: boolean;
  /** Gives what the function of Lua returns; for `get_keys` the keys. Rejects with a `DictError`. */
  request(request: DictRequest): DictReply | Promise<DictReply>;
}

/** Why a request was not done, or nobody knows whether it was: the call gives nil and the message. */
export class DictError extends Error {
  override readonly name = "DictError";
}
