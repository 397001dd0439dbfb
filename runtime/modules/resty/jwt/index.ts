/**
 * The module `resty.jwt`: JSON Web Tokens (RFC 7519) with the functions of lua-resty-jwt. It signs with a key what a
 * program says, and believes a token only what its key is for (crypto/jws.ts).
 */
import { NONE } from "../../../core/call.ts";
import { current } from "../../../core/current.ts";
import { raise } from "../../../core/error.ts";
import { builtinCode } from "../../../core/frames.ts";
import type { LuaState } from "../../../core/state.ts";
import { LuaTable } from "../../../core/table.ts";
import type { LuaValue, Results } from "../../../core/value.ts";
import { JsonError } from "../../../json/index.ts";
import { argumentError, callerError, checkTable } from "../../../stdlib/arguments.ts";
import { defineBuiltin, defineLibrary, libraryTable } from "../../../stdlib/library.ts";
import { JWS_ALGORITHMS, KeyProblem, signJws } from "../../crypto/jws.ts";
import { readSpecs } from "./claims.ts";
import { encodePart, readToken, writeObject, type Token } from "./token.ts";
import { askForSecret, verify } from "./verify.ts";

const jwtLibrary = defineLibrary("resty.jwt", {
  /**
   * The token of a table `{header = {alg = ..., typ = "JWT"}, payload = {...}}`, signed. The secret is any text for `HS256`,
   * `HS384` and `HS512`; a private key as PEM for `RS256` and so on, `PS256` and so on (RSA of 2048 bits or more),
   * `ES256` (P-256), `ES384` (P-384), `ES512` (P-521) and `EdDSA`; or a function that gives it for the `kid` of the header.
   *
   * @signature (self, secret, table)
   * @throws LuaError a table whose `reason` says what is wrong, such as "unsupported alg: none"
   */
  sign: (self, secret, table) => {
    checkModule(self);
    return sign(secret, checkTable(table, 3));
  },

  /**
   * Verifies a token: a table with `verified`, and why not in `reason`. When it is true, `payload` and `header` are what was
   * signed. The secret is the same text for HS*; for the others a public key or a certificate as PEM; or a function that gives it for the
   * `kid` of the header, and may wait. A key of the wrong kind verifies nothing, and neither does `alg` "none".
   *
   * Claims are looked at by tables `{claim = validator}`, of which there may be several (see `resty.jwt-validators`); `__jwt`
   * stands for the whole token, `__header` for such a table of parameters of the header. The claims `exp` and `nbf` are looked at
   * in any case. In place of a table options may be given: `lifetime_grace_period` (seconds), `require_exp_claim`,
   * `require_nbf_claim`, `valid_issuers`.
   *
   * @signature (self, secret, token, ...)
   * @throws LuaError "Claim spec must be a table - see the module resty.jwt-validators"
   */
  verify: (self, secret, text, ...specs) => {
    const checks = readSpecs(specs);
    const whitelist = whitelistOf(self);
    const token = readToken(text);
    if (typeof token === "string") return invalid(token);
    return verify({ object: objectOf(token), token, secret, checks, whitelist });
  },

  /** What a token says, without a look at its signature: a table with `valid`, `header` and `payload`, or `reason`. Never believe it. @signature (self, token) */
  load_jwt: (self, text) => {
    checkModule(self);
    const token = readToken(text);
    return typeof token === "string" ? invalid(token) : objectOf(token);
  },

  /**
   * As `verify`, for what `load_jwt` gave. It is read again from its parts as they were in the token: what was changed
   * in `header` and `payload` is lost.
   *
   * @signature (self, secret, object, ...)
   */
  verify_jwt_obj: (self, secret, value, ...specs) => {
    const checks = readSpecs(specs);
    const whitelist = whitelistOf(self);
    const object = checkTable(value, 3);
    if (object.getString("valid") !== true) {
      object.setString("verified", false);
      return object;
    }
    const parts = ["raw_header", "raw_payload", "signature"].map((name) => object.getString(name));
    const token = parts.every((part) => typeof part === "string")
      ? readToken(parts.join("."))
      : "invalid jwt string";
    if (typeof token === "string") {
      object.setString("valid", false);
      object.setString("verified", false);
      object.setString("reason", token);
      return object;
    }
    fill(object, token);
    return verify({ object, token, secret, checks, whitelist });
  },

  /** Accepts only tokens with these algorithms from now on: `{RS256 = true}`; all of them again with nil. @signature (self, algorithms) */
  set_alg_whitelist: (self, algorithms) => {
    const module = checkModule(self);
    if (algorithms !== undefined && checkTable(algorithms, 2).array.length > 0) {
      return argumentError(2, "algorithms are keys, as in {RS256 = true}");
    }
    module.setString("alg_whitelist", algorithms);
    return NONE;
  },

  /** The module anew, with a whitelist of its own. @signature () */
  new: () => {
    const object = new LuaTable();
    object.metatable = metatables.get(current.state);
    return object;
  },

  /** Not offered: what a token says of certificates is not believed. Give `verify` the key. @signature (self, path) @throws LuaError "not offered" */
  set_trusted_certs_file: () => notOffered("set_trusted_certs_file"),

  /** Not offered, as `set_trusted_certs_file`. @signature (self, retriever) @throws LuaError "not offered" */
  set_x5u_content_retriever: () => notOffered("set_x5u_content_retriever"),
});

const metatables = new WeakMap<LuaState, LuaTable>();
const errorMetatables = new WeakMap<LuaState, LuaTable>();

/** Makes the module's table. */
export function openJwt(state: LuaState): LuaTable {
  const table = libraryTable(jwtLibrary);
  const metatable = new LuaTable();
  metatable.setString("__index", table);
  metatables.set(state, metatable);
  return table;
}

function notOffered(name: string): never {
  return callerError(
    `resty.jwt.${name} is not offered: what a token says of certificates is not believed; give 'verify' the public key or the certificate`,
  );
}

function checkModule(self: LuaValue): LuaTable {
  if (self instanceof LuaTable) return self;
  return callerError("call it with ':', as in jwt:verify(secret, token)");
}

function whitelistOf(self: LuaValue): LuaTable | undefined {
  const module = checkModule(self);
  const inherited =
    module.metatable === metatables.get(current.state) ? module.metatable : undefined;
  const own = module.getString("alg_whitelist");
  const parent = inherited?.getString("__index");
  const value = own ?? (parent instanceof LuaTable ? parent.getString("alg_whitelist") : undefined);
  return value === undefined ? undefined : checkTable(value, 1);
}

/** Of a token that is none. */
function invalid(reason: string): LuaTable {
  const object = new LuaTable();
  object.setString("valid", false);
  object.setString("verified", false);
  object.setString("reason", reason);
  return object;
}

function objectOf(token: Token): LuaTable {
  const object = new LuaTable();
  object.setString("valid", true);
  object.setString("verified", false);
  fill(object, token);
  return object;
}

function fill(object: LuaTable, token: Token): void {
  object.setString("header", token.header);
  object.setString("payload", token.payload);
  object.setString("raw_header", token.rawHeader);
  object.setString("raw_payload", token.rawPayload);
  object.setString("signature", token.rawSignature);
}

const SIGN_CODE = builtinCode("resty.jwt.sign");

function sign(secret: LuaValue, table: LuaTable): Results {
  const header = table.getString("header");
  const payload = table.getString("payload");
  if (!(header instanceof LuaTable)) return fail("missing part header");
  if (!(payload instanceof LuaTable)) return fail("missing part payload");
  const type = header.getString("typ");
  const algorithm = header.getString("alg");
  if (header.getString("enc") !== undefined || type === "JWE") {
    return fail("encrypted tokens (JWE) are not supported");
  }
  if (typeof algorithm !== "string" || !JWS_ALGORITHMS.includes(algorithm)) {
    const shown = typeof algorithm === "string" ? algorithm : "none";
    return fail(`unsupported alg: ${shown} (there are: ${JWS_ALGORITHMS.join(", ")})`);
  }
  const text = `${write(header)}.${write(payload)}`;
  const signWith = (key: string): Results => {
    const signature = signJws(algorithm, key, text);
    return signature instanceof KeyProblem
      ? fail(signature.message)
      : `${text}.${encodePart(signature)}`;
  };
  if (typeof secret === "string") return signWith(secret);
  if (typeof secret !== "function") return fail("invalid secret type (must be string or function)");
  return askForSecret(header, secret, { code: SIGN_CODE, found: signWith, missing: fail });
}

function write(part: LuaTable): string {
  try {
    return writeObject(part);
  } catch (thrown) {
    if (thrown instanceof JsonError) return fail(thrown.message);
    throw thrown;
  }
}

/** As lua-resty-jwt, a table; but one that shows its reason when nobody catches it. */
function fail(reason: string): never {
  const { state } = current;
  let metatable = errorMetatables.get(state);
  if (metatable === undefined) {
    errorMetatables.set(state, (metatable = new LuaTable()));
    metatable.setString("__tostring", showReason);
  }
  const error = new LuaTable();
  error.setString("reason", reason);
  error.metatable = metatable;
  return raise(error);
}

const showReason = defineBuiltin("resty.jwt.__tostring", (error) =>
  error instanceof LuaTable ? error.getString("reason") : undefined,
);
