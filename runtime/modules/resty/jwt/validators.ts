/** The module `resty.jwt-validators`, as lua-resty-jwt has it: what claims are compared to. */
import { callFirst } from "../../../core/call.ts";
import { raise } from "../../../core/error.ts";
import { typeOf } from "../../../core/metatable.ts";
import type { LuaState } from "../../../core/state.ts";
import { LuaTable } from "../../../core/table.ts";
import { toText } from "../../../core/toText.ts";
import { NONE } from "../../../core/call.ts";
import type { LuaFunction, LuaValue, TypeName } from "../../../core/value.ts";
import { callerError } from "../../../stdlib/arguments.ts";
import { defineLibrary, libraryTable } from "../../../stdlib/library.ts";
import { match } from "../../../stdlib/string/find.ts";
import { AT, dateSettings, dateValidator, isTime, NOT_BEFORE, NOT_EXPIRED } from "./dates.ts";
import {
  chain,
  checkFunction,
  checkGiven,
  checkList,
  checkNumberGiven,
  checkTextGiven,
  comparing,
  comparingAny,
  comparison,
  equalsAnyOf,
  required,
  requiredThen,
  requireOneOf,
  validator,
} from "./validation.ts";

const validatorsLibrary = defineLibrary("resty.jwt-validators", {
  /** Passes what all of these validators pass. @signature (...) @throws LuaError "Cannot create validator for non-function chain_function." */
  chain: (...values) => chain(values.map((value) => checkFunction(value, "chain_function"))),

  /** Passes claims that a token has and, if a validator is given, that this passes. @signature ([validator]) */
  required: (value) =>
    value === undefined ? required : requiredThen(checkFunction(value, "chain_function")),

  /** For `__jwt`: passes a token that has one of these claims, or several. @signature (claims) @throws LuaError "Cannot create validator for empty table claim_keys." */
  require_one_of: (claims) => requireOneOf(checkList(claims, "claim_keys", "string")),

  /**
   * Passes claims for which a function of the claim and the given value returns neither false nor raises an error. The claim has to be of
   * the same type as the value, or of the one that is named. This, and all that have a twin with `opt_`, fails when
   * the token has no such claim; the twin passes then.
   *
   * @signature (value, compare [, name [, type]])
   * @throws LuaError "Cannot create validator for nil check_val."
   */
  check: (...values) => requiredThen(check(values)),

  /** @signature (value, compare [, name [, type]]) */
  opt_check: (...values) => check(values),

  /** Passes claims that equal a value. @signature (value) */
  equals: (value) => requiredThen(equals(value)),

  /** @signature (value) */
  opt_equals: (value) => equals(value),

  /** Passes texts that match a pattern of Lua. @signature (pattern) */
  matches: (pattern) => requiredThen(matches(pattern)),

  /** @signature (pattern) */
  opt_matches: (pattern) => matches(pattern),

  /** As `check`, for any of a list of values. @signature (values, compare [, name [, type [, elementType]]]) */
  any_of: (...values) => requiredThen(anyOf(values)),

  /** @signature (values, compare [, name [, type [, elementType]]]) */
  opt_any_of: (...values) => anyOf(values),

  /** Passes claims that equal any of a list of values. @signature (values) */
  equals_any_of: (values) => requiredThen(equalsAnyOf(values)),

  /** @signature (values) */
  opt_equals_any_of: (values) => equalsAnyOf(values),

  /** Passes texts that match any of a list of patterns of Lua. @signature (patterns) */
  matches_any_of: (patterns) => requiredThen(matchesAnyOf(patterns)),

  /** @signature (patterns) */
  opt_matches_any_of: (patterns) => matchesAnyOf(patterns),

  /** Passes lists in which one of these texts is. @signature (values [, name]) */
  contains_any_of: (values, name) => requiredThen(containsAnyOf(values, name)),

  /** @signature (values [, name]) */
  opt_contains_any_of: (values, name) => containsAnyOf(values, name),

  /** Passes numbers above a number. @signature (number) */
  greater_than: (number) => requiredThen(above(number)),

  /** @signature (number) */
  opt_greater_than: (number) => above(number),

  /** Passes numbers that are not below a number. @signature (number) */
  greater_than_or_equal: (number) => requiredThen(notBelow(number)),

  /** @signature (number) */
  opt_greater_than_or_equal: (number) => notBelow(number),

  /** Passes numbers below a number. @signature (number) */
  less_than: (number) => requiredThen(below(number)),

  /** @signature (number) */
  opt_less_than: (number) => below(number),

  /** Passes numbers that are not above a number. @signature (number) */
  less_than_or_equal: (number) => requiredThen(notAbove(number)),

  /** @signature (number) */
  opt_less_than_or_equal: (number) => notAbove(number),

  /** Passes times that have come. Options: `leeway`, in seconds. @signature ([options]) */
  is_not_before: (options) => requiredThen(dateValidator(NOT_BEFORE, readLeeway(options))),

  /** @signature ([options]) */
  opt_is_not_before: (options) => dateValidator(NOT_BEFORE, readLeeway(options)),

  /** Passes times that are still to come. Options: `leeway`, in seconds. @signature ([options]) */
  is_not_expired: (options) => requiredThen(dateValidator(NOT_EXPIRED, readLeeway(options))),

  /** @signature ([options]) */
  opt_is_not_expired: (options) => dateValidator(NOT_EXPIRED, readLeeway(options)),

  /** Passes the present time. Options: `leeway`, in seconds. @signature ([options]) */
  is_at: (options) => requiredThen(dateValidator(AT, readLeeway(options))),

  /** @signature ([options]) */
  opt_is_at: (options) => dateValidator(AT, readLeeway(options)),

  /** For `typ` in `__header`: passes one type, or any of a list; "at+jwt" is "application/at+jwt". @signature (types) */
  typ_is: (types) => chain([requiredHeader, typIs(types)]),

  /** @signature (types) */
  opt_typ_is: (types) => typIs(types),

  /** How far clocks may differ, in seconds: 0 at first. For all validators of times that have no leeway of their own. @throws LuaError "leeway must be a non-negative number" */
  set_system_leeway: (seconds) => {
    if (!isTime(seconds)) return callerError("leeway must be a non-negative number");
    dateSettings().leewaySeconds = seconds;
    return NONE;
  },

  /** The function that gives the time, `ngx.now` at first; for tests. @throws LuaError "clock must be a function" */
  set_system_clock: (clock) => {
    if (typeof clock !== "function") return callerError("clock must be a function");
    if (!isTime(callFirst(clock))) {
      return callerError("clock function must return a non-negative number");
    }
    dateSettings().clock = clock;
    return NONE;
  },
});

/** Makes the module's table. */
export function openValidators(_state: LuaState): LuaTable {
  return libraryTable(validatorsLibrary);
}

const TYPES: readonly TypeName[] = [
  "nil",
  "boolean",
  "number",
  "string",
  "table",
  "function",
  "thread",
  "userdata",
];

function readType(value: LuaValue, otherwise: TypeName): TypeName {
  if (value === undefined) return otherwise;
  const type = TYPES.find((each) => each === value);
  return type ?? callerError(`Cannot create validator for the type '${toText(value)}'.`);
}

function readName(value: LuaValue, otherwise: string): string {
  return value === undefined ? otherwise : toText(value);
}

function check([value, compare, name, type]: readonly LuaValue[]): LuaFunction {
  const given = checkGiven(value, readName(name, "check_val"));
  checkGiven(compare, "check_function");
  return comparing(readType(type, typeOf(given)), given, comparison(compare));
}

function equals(value: LuaValue): LuaFunction {
  const given = checkGiven(value, "check_val");
  return comparing(typeOf(given), given, (claim) => claim === given);
}

function matches(pattern: LuaValue): LuaFunction {
  return comparing("string", checkTextGiven(pattern, "pattern"), isMatch);
}

function isMatch(claim: LuaValue, pattern: LuaValue): boolean {
  const found = match(claim, pattern, undefined);
  return (Array.isArray(found) ? (found as readonly LuaValue[])[0] : found) !== undefined;
}

function anyOf([list, compare, name, type, elementType]: readonly LuaValue[]): LuaFunction {
  const wanted = elementType === undefined ? undefined : readType(elementType, "nil");
  const given = checkList(list, readName(name, "check_values"), wanted);
  checkGiven(compare, "check_function");
  return comparingAny(readType(type, typeOf(given[0])), given, comparison(compare));
}

function matchesAnyOf(patterns: LuaValue): LuaFunction {
  return comparingAny("string", checkList(patterns, "patterns", "string"), isMatch);
}

function containsAnyOf(values: LuaValue, name: LuaValue): LuaFunction {
  const given = checkList(values, readName(name, "check_values"), "string");
  return comparingAny("table", given, (claim, value) =>
    (claim as LuaTable).array.some((element) => element === value),
  );
}

function above(number: LuaValue): LuaFunction {
  return comparingNumbers(number, (claim, given) => claim > given);
}

function notBelow(number: LuaValue): LuaFunction {
  return comparingNumbers(number, (claim, given) => claim >= given);
}

function below(number: LuaValue): LuaFunction {
  return comparingNumbers(number, (claim, given) => claim < given);
}

function notAbove(number: LuaValue): LuaFunction {
  return comparingNumbers(number, (claim, given) => claim <= given);
}

function comparingNumbers(
  number: LuaValue,
  compare: (claim: number, given: number) => boolean,
): LuaFunction {
  const given = checkNumberGiven(number, "check_val");
  return comparing("number", given, (claim) => compare(claim as number, given));
}

function readLeeway(options: LuaValue): number | undefined {
  if (options === undefined) return undefined;
  if (!(options instanceof LuaTable)) {
    return callerError("Cannot create validator for non-table options.");
  }
  const leeway = options.getString("leeway");
  if (leeway === undefined || isTime(leeway)) return leeway;
  return callerError("leeway must be a non-negative number");
}

const requiredHeader = validator((value, name) =>
  value === undefined ? raise(`'${toText(name)}' header is required.`) : true,
);

function typIs(types: LuaValue): LuaFunction {
  const list = typeof types === "string" ? [types] : checkList(types, "expected", "string");
  const accepted = list.map((type) => shortType(type as string));
  return comparing("string", undefined, (type) => accepted.includes(shortType(type as string)));
}

/** RFC 7515, 4.1.9: names of media types, whose "application/" may be left out. */
function shortType(type: string): string {
  return type.toLowerCase().replace(/^application\/(?=[^/]*$)/, "");
}
