/**
 * Userdata and threads: Lua values with an identity and a metatable of their own. They share the
 * layout of `LuaTable` (see value.ts) but nothing is ever stored in it.
 */
import { NO_FIELDS } from "./fields.ts";
import { NO_ELEMENTS, type LuaTable } from "./table.ts";

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

/** A coroutine. Its behaviour comes with the coroutine library. */
export class LuaThread {
  readonly fields = NO_FIELDS;
  readonly array = NO_ELEMENTS;
  readonly hash = undefined;
  readonly metatable = undefined;
}
