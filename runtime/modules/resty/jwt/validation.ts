/**
 * What validators of claims are made of. A validator is a function of the value, the name of the claim and the token as
 * JSON: it returns false or raises an error when the claim is not right. It may wait.
 */
import { call } from "../../../core/call.ts";
import { raise } from "../../../core/error.ts";
import { typeOf } from "../../../core/metatable.ts";
import { LuaTable } from "../../../core/table.ts";
import { toText } from "../../../core/toText.ts";
import type { LuaFunction, LuaValue, Results, TypeName } from "../../../core/value.ts";
import { callerError } from "../../../stdlib/arguments.ts";
import { defineBuiltin } from "../../../stdlib/library.ts";
import { proceed, VALIDATOR_CODE } from "./continue.ts";

/** Compares a claim, which is of the right type, to what was given. */
export type Comparison = (value: LuaValue, given: LuaValue) => Results;

export function validator(validate: LuaFunction): LuaFunction {
  return defineBuiltin("validator", validate);
}

/** Fails for a claim that is missing. */
export const required: LuaFunction = validator((value, claim) =>
  value === undefined ? raise(`'${toText(claim)}' claim is required.`) : true,
);

export function requiredThen(next: LuaFunction): LuaFunction {
  return chain([required, next]);
}

/** One after the other, up to the first that fails. */
export function chain(validators: readonly LuaFunction[]): LuaFunction {
  return validator((...values) => runFrom(validators, 0, values));
}

function runFrom(
  validators: readonly LuaFunction[],
  index: number,
  values: readonly LuaValue[],
): Results {
  const next = validators[index];
  if (next === undefined) return true;
  return proceed(VALIDATOR_CODE, next(...values), ([result]) =>
    result === false ? false : runFrom(validators, index + 1, values),
  );
}

/** Passes a claim that is missing; else compares it. */
export function comparing(type: TypeName, given: LuaValue, compare: Comparison): LuaFunction {
  return validator((value, claim) => {
    if (value === undefined) return true;
    checkType(value, claim, type);
    return compare(value, given);
  });
}

/** Passes a claim that is missing; else one of the given values has to suit. */
export function comparingAny(
  type: TypeName,
  given: readonly LuaValue[],
  compare: Comparison,
): LuaFunction {
  const tryFrom = (value: LuaValue, index: number): Results => {
    if (index === given.length) return false;
    return proceed(VALIDATOR_CODE, compare(value, given[index]), ([result]) =>
      result === undefined || result === false ? tryFrom(value, index + 1) : true,
    );
  };
  return validator((value, claim) => {
    if (value === undefined) return true;
    checkType(value, claim, type);
    return tryFrom(value, 0);
  });
}

export function equalsAnyOf(list: LuaValue): LuaFunction {
  const values = checkList(list, "check_values", undefined);
  return comparingAny(typeOf(values[0]), values, (value, given) => value === given);
}

/** Fails when a token has none of some claims. For the whole token. */
export function requireOneOf(claims: readonly LuaValue[]): LuaFunction {
  return validator((token, claim) => {
    checkType(token, claim, "table");
    const payload = (token as LuaTable).getString("payload");
    checkType(payload, `${toText(claim)}.payload`, "table");
    if (claims.some((name) => (payload as LuaTable).get(name) !== undefined)) return true;
    return raise(`Missing one of claims - [ ${claims.map((name) => toText(name)).join(", ")} ].`);
  });
}

/** A function of Lua that compares. */
export function comparison(value: LuaValue): Comparison {
  const compare = checkFunction(value, "check_function");
  return (claim, given) => call(compare, claim, given);
}

function checkType(value: LuaValue, claim: LuaValue, type: TypeName): void {
  if (typeOf(value) !== type) {
    raise(`'${toText(claim)}' is malformed.  Expected to be a ${type}.`);
  }
}

/*
 * What validators are made with. These errors are mistakes in a program.
 */

export function checkGiven(value: LuaValue, name: string): LuaValue {
  return value ?? callerError(`Cannot create validator for nil ${name}.`);
}

export function checkFunction(value: LuaValue, name: string): LuaFunction {
  if (typeof value === "function") return value;
  return callerError(`Cannot create validator for non-function ${name}.`);
}

export function checkTextGiven(value: LuaValue, name: string): string {
  if (typeof value === "string") return value;
  return callerError(`Cannot create validator for non-string ${name}.`);
}

export function checkNumberGiven(value: LuaValue, name: string): number {
  if (typeof value === "number") return value;
  return callerError(`Cannot create validator for non-number ${name}.`);
}

/** The elements of a list that is not empty, all of one type: that of the first unless given. */
export function checkList(
  value: LuaValue,
  name: string,
  type: TypeName | undefined,
): readonly LuaValue[] {
  if (value === undefined) return callerError(`Cannot create validator for nil ${name}.`);
  if (!(value instanceof LuaTable)) {
    return callerError(`Cannot create validator for non-table ${name}.`);
  }
  const elements = [...value.array];
  if (elements.length === 0) return callerError(`Cannot create validator for empty table ${name}.`);
  const wanted = type ?? typeOf(elements[0]);
  if (elements.some((element) => typeOf(element) !== wanted)) {
    return callerError(`Cannot create validator for non-${wanted} table ${name}.`);
  }
  return elements;
}
