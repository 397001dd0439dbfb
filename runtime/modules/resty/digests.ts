/** The modules `resty.md5`, `resty.sha1`, ... `resty.sha512`, as lua-resty-string has them. */
import { LuaTable } from "../../core/table.ts";
import type { LuaValue } from "../../core/value.ts";
import { argumentError, callerError, checkInteger, checkString } from "../../stdlib/arguments.ts";
import { defineBuiltin, defineLibrary, libraryTable } from "../../stdlib/library.ts";
import { RunningDigest, type DigestName } from "../crypto/digest.ts";

const digestLibrary = defineLibrary("resty.md5", {
  /**
   * A new digest. The modules `resty.sha1`, `resty.sha224`, `resty.sha256`, `resty.sha384` and `resty.sha512` have the
   * same functions as `resty.md5`.
   *
   * @signature (self)
   */
  new: () => newDigest("md5", undefined),

  /** Adds bytes, all of them or only so many of the first. Gives true. @signature (self, bytes [, length]) */
  update: (self, value, length) => {
    const running = checkDigest(self);
    const bytes = checkString(value, 2);
    if (length === undefined) running.update(bytes);
    else {
      const count = checkInteger(length, 3);
      if (count < 0 || count > bytes.length) return argumentError(3, "out of range");
      running.update(bytes.slice(0, count));
    }
    return true;
  },

  /** The digest of what was added since `new` or `reset`, as bytes. @signature (self) */
  final: (self) => checkDigest(self).value(),

  /** Begins anew. Gives true. @signature (self) */
  reset: (self) => {
    checkDigest(self).reset();
    return true;
  },
});

const digests = new WeakMap<LuaTable, RunningDigest>();

/** Makes the table of the module of a digest. */
export function openDigest(name: DigestName): LuaTable {
  const table = libraryTable(digestLibrary);
  const metatable = new LuaTable();
  metatable.setString("__index", table);
  const create = () => newDigest(name, metatable);
  table.setString("new", defineBuiltin(`resty.${name}.new`, create));
  return table;
}

function newDigest(name: DigestName, metatable: LuaTable | undefined): LuaTable {
  const object = new LuaTable();
  object.metatable = metatable;
  digests.set(object, new RunningDigest(name));
  return object;
}

function checkDigest(value: LuaValue): RunningDigest {
  const running = value instanceof LuaTable ? digests.get(value) : undefined;
  return running ?? callerError("not a digest: call it with ':', on what 'new' gave");
}
