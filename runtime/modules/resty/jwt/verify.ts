/**
 * Verifying a token: its signature first, so that nobody sees claims of a token that was forged, then its claims.
 * Whatever is wrong with a token becomes the reason in its table; errors are for mistakes of the program.
 */
import type { LuaFunction, LuaValue, Results } from "../../../core/value.ts";
import {
  DEFAULT_ENCODE_OPTIONS,
  JSON_NULL,
  decodeJson,
  encodeJson,
  JsonError,
} from "../../../json/index.ts";
import { LuaTable } from "../../../core/table.ts";
import { builtinCode, type ResumeCode } from "../../../core/frames.ts";
import { toText, plainText } from "../../../core/toText.ts";
import { PCALL_CODE, protectedCall } from "../../../stdlib/base/errors.ts";
import { JWS_ALGORITHMS, KeyProblem, verifyJws } from "../../crypto/jws.ts";
import type { ClaimCheck } from "./claims.ts";
import { proceed } from "./continue.ts";
import { signedText, type Token } from "./token.ts";

export interface Verification {
  /** What Lua has of the token: gets `verified` and `reason`. */
  readonly object: LuaTable;
  readonly token: Token;
  /** A secret, a key, or a function of `kid` that gives one. */
  readonly secret: LuaValue;
  readonly checks: readonly ClaimCheck[];
  /** Those that are accepted, as keys; all of them if undefined. */
  readonly whitelist: LuaTable | undefined;
}

const CODE = builtinCode("resty.jwt.verify");

/** As lua-resty-jwt says it. */
const SUCCESS = "everything is awesome~ :p";

export function verify(job: Verification): Results {
  const { object, token, secret, whitelist } = job;
  object.setString("verified", false);
  object.setString("reason", undefined);
  const algorithm = token.header.getString("alg");
  if (algorithm === undefined) return refuse(object, "No algorithm supplied");
  if (typeof algorithm !== "string") return refuse(object, "invalid alg: must be a string");
  if (whitelist !== undefined && !isAccepted(whitelist, algorithm)) {
    return refuse(object, `whitelist unsupported alg: ${algorithm}`);
  }
  if (!JWS_ALGORITHMS.includes(algorithm)) {
    return refuse(object, `Unsupported algorithm ${algorithm}`);
  }
  if (token.header.getString("crit") !== undefined) {
    return refuse(object, "the header has 'crit': extensions are not supported");
  }
  if (typeof secret !== "function") return verifyWith(job, algorithm, secret);
  return askForSecret(token.header, secret, {
    code: CODE,
    found: (key) => verifyWith(job, algorithm, key),
    missing: (reason) => refuse(object, reason),
  });
}

function isAccepted(whitelist: LuaTable, algorithm: string): boolean {
  const value = whitelist.getString(algorithm);
  return value !== undefined && value !== false;
}

export interface SecretReceiver {
  /** Of the builtin that asks. */
  readonly code: ResumeCode;
  readonly found: (secret: string) => Results;
  readonly missing: (reason: string) => Results;
}

/** Calls the function that knows keys by the `kid` of a header. It may wait. */
export function askForSecret(
  header: LuaTable,
  secret: LuaFunction,
  { code, found, missing }: SecretReceiver,
): Results {
  const kid = header.getString("kid");
  if (kid === undefined) return missing("secret function specified without kid in header");
  if (typeof kid !== "string") {
    return missing("secret function specified with non-string kid in header");
  }
  const outcome = protectedCall(PCALL_CODE, undefined, secret, [kid]);
  return proceed(code, outcome, ([isDone, key]) => {
    if (isDone !== true) return missing(`secret function failed: ${reasonOf(key) ?? "error"}`);
    if (key === undefined) return missing(`function returned nil for kid: ${kid}`);
    if (typeof key === "string") return found(key);
    return missing(`function returned a non-string secret for kid: ${kid}`);
  });
}

function verifyWith(job: Verification, algorithm: string, secret: LuaValue): Results {
  const { object, token } = job;
  if (typeof secret !== "string") {
    return refuse(object, "invalid secret type (must be string or function)");
  }
  const { signature, rawSignature } = token;
  const verdict = verifyJws(algorithm, secret, { message: signedText(token), signature });
  if (verdict instanceof KeyProblem) return refuse(object, verdict.message);
  if (!verdict) return refuse(object, `signature mismatch: ${rawSignature}`);
  return new ClaimValidation(job).runFrom(0);
}

class ClaimValidation {
  private readonly job: Verification;
  /** The whole token; made when a validator of the program's is called. */
  private text: string | undefined = undefined;

  constructor(job: Verification) {
    this.job = job;
  }

  runFrom(index: number): Results {
    const { object, checks } = this.job;
    const check = checks[index];
    if (check === undefined) {
      object.setString("verified", true);
      object.setString("reason", SUCCESS);
      return object;
    }
    this.text ??= wholeText(object);
    if (this.text === undefined) return refuse(object, "the token can't be written as JSON");
    const value = this.valueOf(check, this.text);
    const { claim, validator } = check;
    const outcome = protectedCall(PCALL_CODE, undefined, validator, [value, claim, this.text]);
    return proceed(CODE, outcome, ([isDone, result]) => {
      const name = toText(claim);
      if (isDone !== true) {
        return refuse(object, reasonOf(result) ?? `Claim '${name}' validation failed`);
      }
      if (result === false) {
        const shown = value instanceof LuaTable ? "a table" : plainText(value);
        return refuse(object, `Claim '${name}' ('${shown}') returned failure`);
      }
      return this.runFrom(index + 1);
    });
  }

  private valueOf({ from, claim }: ClaimCheck, text: string): LuaValue {
    const { header, payload } = this.job.token;
    if (from === "all") return decodeJson(text);
    return (from === "header" ? header : payload).get(claim);
  }
}

function wholeText(object: LuaTable): string | undefined {
  try {
    return encodeJson(object, { ...DEFAULT_ENCODE_OPTIONS, invalidNumbers: "null" });
  } catch (thrown) {
    if (thrown instanceof JsonError) return undefined;
    throw thrown;
  }
}

function refuse(object: LuaTable, reason: string): LuaTable {
  object.setString("verified", false);
  object.setString("reason", reason);
  return object;
}

/** Of an error that was raised; without the place where. */
function reasonOf(error: LuaValue): string | undefined {
  if (typeof error === "string") return error.replace(/^[^\n]*?:\d*: /, "");
  const reason = error instanceof LuaTable ? error.getString("reason") : undefined;
  return reason === undefined || reason === JSON_NULL ? undefined : toText(reason);
}
