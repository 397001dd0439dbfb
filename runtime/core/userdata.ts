/**
 * Userdata and threads: Lua values with an identity of their own. They share the layout of
 * `LuaTable` (see value.ts) but nothing is ever stored in it.
 */
import { current } from "./current.ts";
import { NO_FIELDS } from "./fields.ts";
import type { MessageHandler } from "./error.ts";
import type { Frame } from "./frames.ts";
import type { Base } from "./runFrames.ts";
import type { LuaState } from "./state.ts";
import { NO_ELEMENTS, NO_HASH, type LuaTable } from "./table.ts";
import type { LuaFunction } from "./value.ts";

/** A host object seen by Lua as userdata: an open file, `cjson.null`, ... */
export class LuaUserdata<Payload = unknown> {
  readonly fields = NO_FIELDS;
  readonly array = NO_ELEMENTS;
  readonly hash = NO_HASH;
  readonly inherited = NO_FIELDS;
  metatable: LuaTable | undefined;
  readonly payload: Payload;

  constructor(payload: Payload, metatable?: LuaTable) {
    this.payload = payload;
    this.metatable = metatable;
  }
}

/**
 * Makes a userdata that is a mere pointer to C: all of them share a metatable, in each state one.
 */
export function lightUserdata<Payload>(payload: Payload): LuaUserdata<Payload> {
  const userdata = new LuaUserdata(payload);
  Object.defineProperty(userdata, "metatable", {
    get: () => (current.state as LuaState | undefined)?.lightUserdataMetatable,
  });
  return Object.freeze(userdata);
}

export function isLight(userdata: LuaUserdata): boolean {
  return Object.isFrozen(userdata);
}

/** A coroutine (thread.ts). */
export class LuaThread implements Base {
  declare readonly fields: typeof NO_FIELDS;
  declare readonly array: typeof NO_ELEMENTS;
  declare readonly hash: typeof NO_HASH;
  declare readonly metatable: undefined;
  declare readonly inherited: typeof NO_FIELDS;
  declare stack: Frame | undefined;
  declare left: Frame | undefined;
  declare transfer: unknown;
  declare depth: number;
  declare outer: Base | undefined;
  /** A `STATUS`. */
  declare statusCode: number;
  /** In force where it goes on. */
  declare messageHandler: MessageHandler | undefined;
  /** What it runs, until it is started. */
  declare body: LuaFunction | undefined;

  /** Fields are set here: V8 runs field initializers as a function of their own. */
  constructor(body: LuaFunction, messageHandler: MessageHandler | undefined) {
    this.fields = NO_FIELDS;
    this.array = NO_ELEMENTS;
    this.hash = NO_HASH;
    this.metatable = undefined;
    this.inherited = NO_FIELDS;
    this.stack = undefined;
    this.left = undefined;
    this.transfer = undefined;
    this.depth = 0;
    this.outer = undefined;
    this.statusCode = STATUS.suspended;
    this.messageHandler = messageHandler;
    this.body = body;
  }

  // eslint-disable-next-line @typescript-eslint/class-literal-property-style -- a field would take memory in each
  get isBoundary(): boolean {
    return true;
  }

  get thread(): this {
    return this;
  }

  get status(): ThreadStatus {
    return STATUS_NAMES[this.statusCode] as ThreadStatus;
  }

  set status(status: ThreadStatus) {
    this.statusCode = STATUS[status];
  }
}

/** Numbers, which V8 stores without a write barrier. */
export const STATUS = { suspended: 0, running: 1, normal: 2, dead: 3, zombie: 4 } as const;

const STATUS_NAMES = Object.keys(STATUS);

/** As `coroutine.status` gives it; a zombie is a light thread whose results nobody has taken yet. */
export type ThreadStatus = keyof typeof STATUS;
