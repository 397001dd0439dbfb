/**
 * Which claims of a token are looked at, and by whom: specs map names of claims to validators. `exp` and `nbf` are
 * looked at whenever a token has them, unless a spec does so itself.
 */
import { TableIterator } from "../../../core/iterate.ts";
import { typeOf } from "../../../core/metatable.ts";
import { LuaTable } from "../../../core/table.ts";
import { toText } from "../../../core/toText.ts";
import type { LuaFunction, LuaValue } from "../../../core/value.ts";
import { callerError } from "../../../stdlib/arguments.ts";
import { dateValidator, isTime, NOT_BEFORE, NOT_EXPIRED } from "./dates.ts";
import { equalsAnyOf, requiredThen, requireOneOf } from "./validation.ts";

export interface ClaimCheck {
  readonly claim: LuaValue;
  readonly validator: LuaFunction;
  /** Where the claim is. */
  readonly from: "payload" | "header" | "all";
}

/** Stands for the whole token in a spec. */
const ALL = "__jwt";
/** Stands for a spec of parameters of the header. */
const HEADER = "__header";

/** @throws LuaError "Claim spec must be a table - see the module resty.jwt-validators" */
export function readSpecs(specs: readonly LuaValue[]): readonly ClaimCheck[] {
  const checks = specs.flatMap((spec) => readSpec(spec));
  const isNamed = (claim: string) =>
    checks.some((check) => check.from === "payload" && check.claim === claim);
  if (!isNamed("exp")) checks.push(payloadCheck("exp", dateValidator(NOT_EXPIRED)));
  if (!isNamed("nbf")) checks.push(payloadCheck("nbf", dateValidator(NOT_BEFORE)));
  return checks;
}

function payloadCheck(claim: LuaValue, validator: LuaFunction): ClaimCheck {
  return { claim, validator, from: "payload" };
}

function readSpec(spec: LuaValue): ClaimCheck[] {
  if (!(spec instanceof LuaTable)) {
    return callerError("Claim spec must be a table - see the module resty.jwt-validators");
  }
  const entries: (readonly [LuaValue, LuaValue])[] = [];
  const iterator = new TableIterator(spec);
  while (iterator.advance()) entries.push([iterator.key, iterator.value]);
  if (entries.length > 0 && entries.every(([name]) => LEGACY_OPTIONS.some((each) => each === name)))
    return legacyChecks(spec);
  return entries.flatMap(([claim, value]): ClaimCheck[] => {
    if (claim === HEADER && value instanceof LuaTable) {
      return readSpec(value).map((check) => ({ ...check, from: "header" }));
    }
    if (typeof value !== "function") {
      return callerError(
        `Claim spec value must be a function - see the module resty.jwt-validators ('${toText(claim)}' is a ${typeOf(value)})`,
      );
    }
    return [{ claim, validator: value, from: claim === ALL ? "all" : "payload" }];
  });
}

const LEGACY_OPTIONS = [
  "valid_issuers",
  "lifetime_grace_period",
  "require_nbf_claim",
  "require_exp_claim",
];

/** Options of the time before there were validators. The grace period is this token's only. */
function legacyChecks(options: LuaTable): ClaimCheck[] {
  const checks: ClaimCheck[] = [];
  const issuers = options.getString("valid_issuers");
  const grace = options.getString("lifetime_grace_period");
  const needsNbf = readFlag(options, "require_nbf_claim");
  const needsExp = readFlag(options, "require_exp_claim");
  if (issuers !== undefined) checks.push(payloadCheck("iss", requiredThen(equalsAnyOf(issuers))));
  if (grace !== undefined && !isTime(grace)) {
    return callerError("'lifetime_grace_period' validation option is expected to be zero or more.");
  }
  if (grace !== undefined && !needsNbf && !needsExp) {
    checks.push({ claim: ALL, validator: requireOneOf(["nbf", "exp"]), from: "all" });
  }
  const nbf = dateValidator(NOT_BEFORE, grace);
  const exp = dateValidator(NOT_EXPIRED, grace);
  checks.push(payloadCheck("nbf", needsNbf ? requiredThen(nbf) : nbf));
  checks.push(payloadCheck("exp", needsExp ? requiredThen(exp) : exp));
  return checks;
}

function readFlag(options: LuaTable, name: string): boolean {
  const value = options.getString(name);
  if (value === undefined || typeof value === "boolean") return value === true;
  return callerError(`'${name}' validation option is expected to be a boolean.`);
}
