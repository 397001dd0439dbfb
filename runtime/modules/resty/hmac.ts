/** The module `resty.hmac`, as lua-resty-hmac has it. */
import { toHex } from "../../bytes.ts";
import type { LuaState } from "../../core/state.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaValue } from "../../core/value.ts";
import { argumentError, callerError, checkString } from "../../stdlib/arguments.ts";
import { defineLibrary, libraryTable } from "../../stdlib/library.ts";
import { current } from "../../core/current.ts";
import { RunningHmac, type DigestName } from "../crypto/digest.ts";

/** What `hmac.ALGOS` has; the values mean something to `new` only. */
const ALGORITHMS: Readonly<Record<string, DigestName>> = {
  MD5: "md5",
  SHA1: "sha1",
  SHA224: "sha224",
  SHA256: "sha256",
  SHA384: "sha384",
  SHA512: "sha512",
};

const hmacLibrary = defineLibrary("resty.hmac", {
  /**
   * A new HMAC with a key, by one of `hmac.ALGOS`: `MD5` (unless told otherwise), `SHA1`, `SHA224`, `SHA256`, `SHA384`,
   * `SHA512`.
   *
   * @signature (self, key [, algorithm])
   * @throws LuaError "bad argument #2 to 'new' (one of hmac.ALGOS expected)"
   */
  new: (_self, keyValue, algorithm) => {
    const key = checkString(keyValue, 2);
    const wanted = algorithm ?? "md5";
    const name = Object.values(ALGORITHMS).find((each) => each === wanted);
    if (name === undefined) return argumentError(3, "one of hmac.ALGOS expected");
    const object = new LuaTable();
    object.metatable = metatables.get(current.state);
    hmacs.set(object, new RunningHmac(name, key));
    return object;
  },

  /** Adds bytes. False after `final`, until there was a `reset`. @signature (self, bytes) */
  update: (self, bytes) => checkHmac(self).update(checkString(bytes, 2)),

  /**
   * The HMAC of what was added, and of these bytes too if some are given: as bytes, or in hexadecimal. Ends it
   * until there is a `reset`: nil for more bytes.
   *
   * @signature (self [, bytes [, isHexadecimal]])
   */
  final: (self, bytes, isHexadecimal) => {
    const running = checkHmac(self);
    if (bytes !== undefined && !running.update(checkString(bytes, 2))) return undefined;
    const value = running.value();
    return isHexadecimal === true ? toHex(value) : value;
  },

  /** Begins anew, with the same key. Gives true. @signature (self) */
  reset: (self) => {
    checkHmac(self).reset();
    return true;
  },
});

const metatables = new WeakMap<LuaState, LuaTable>();
const hmacs = new WeakMap<LuaTable, RunningHmac>();

/** Makes the module's table. */
export function openHmac(state: LuaState): LuaTable {
  const algorithms = libraryTable({ functions: {} }, ALGORITHMS);
  const table = libraryTable(hmacLibrary, { ALGOS: algorithms });
  const metatable = new LuaTable();
  metatable.setString("__index", table);
  metatables.set(state, metatable);
  return table;
}

function checkHmac(value: LuaValue): RunningHmac {
  const running = value instanceof LuaTable ? hmacs.get(value) : undefined;
  return running ?? callerError("not an HMAC: call it with ':', on what 'new' gave");
}
