/**
 * Userdata and threads: Lua values with an identity of their own. They share the layout of
 * `LuaTable` (see value.ts) but nothing is ever stored in it.
 */
import { NO_FIELDS } from "./fields.ts";
import type { MessageHandler } from "./error.ts";
import type { Base, Frame, ResumePoint } from "./frames.ts";
import { NO_ELEMENTS, type LuaTable } from "./table.ts";
import type { LuaFunction } from "./value.ts";

/** A host object seen by Lua as userdata: an open file, `cjson.null`, ... */
export class LuaUserdata<Payload = unknown> {
  readonly fields = NO_FIELDS;
  readonly array = NO_ELEMENTS;
  readonly hash = undefined;
  metatable: LuaTable | undefined;
  readonly payload: Payload;

  constructor(payload: Payload, metatable?: LuaTable) {
    this.payload = payload;
    this.metatable = metatable;
  }
}

/**
 * A coroutine (thread.ts). One that has not started is its own only frame: `point` starts `body`.
 */
export class LuaThread implements Base, Frame {
  readonly fields = NO_FIELDS;
  readonly array = NO_ELEMENTS;
  readonly hash = undefined;
  readonly metatable = undefined;
  parent: Frame | undefined = undefined;
  point: ResumePoint;
  stack: Frame | undefined = this;
  outer: Base | undefined = undefined;
  status: ThreadStatus = "suspended";
  /** In force where it goes on. */
  messageHandler: MessageHandler | undefined = undefined;
  body: LuaFunction | undefined;

  constructor(point: ResumePoint, body: LuaFunction | undefined) {
    this.point = point;
    this.body = body;
  }

  get isBoundary(): boolean {
    return true;
  }
}

/** As `coroutine.status` gives it. */
export type ThreadStatus = "suspended" | "running" | "normal" | "dead";
