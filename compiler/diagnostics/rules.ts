/** The part of the catalog that `spacer check` adds: what is wrong with programs that can be compiled. */
import { error, warning } from "./entry.ts";

export interface Named {
  readonly name: string;
}

export interface Suggested extends Named {
  /** A name that may have been meant. */
  readonly suggestion: string | undefined;
}

export interface Unused extends Named {
  readonly kind: "local" | "local function" | "loop variable";
  readonly isAssigned: boolean;
}

export interface WrongCount extends Named {
  /** How the function is called: "(text, count [, separator])". */
  readonly signature: string;
  readonly minimum: number;
  readonly maximum: number | undefined;
  readonly given: number;
  /** More may follow: the last argument is a call or `...`. */
  readonly isAtLeast: boolean;
  /** Called as a method, which passes the library itself as the first argument. */
  readonly isMethod: boolean;
}

export const ruleEntries = {
  "unused-local": warning<Unused>(
    ({ kind, name, isAssigned }) =>
      `${kind} '${name}' is ${isAssigned ? "assigned to, but " : ""}never read`,
    ({ kind }) =>
      kind === "loop variable"
        ? "name it '_' to say that it is not needed"
        : "remove it, or begin its name with '_' to keep it",
  ),
  "undefined-global": warning<Suggested & { readonly isLocalElsewhere: boolean }>(
    ({ name }) => `nothing defines the global '${name}'`,
    ({ isLocalElsewhere, ...details }) =>
      isLocalElsewhere
        ? `there is a local '${details.name}' in this file, but not here`
        : (didYouMean(details) ?? "it is nil: declare it, or require what it comes from"),
  ),
  "global-write-in-function": warning<Named>(
    ({ name }) => `a function assigns the global '${name}', which all requests share`,
    ({ name }) =>
      `write 'local ${name}'; what is meant to be shared gets a first value at the top of a file`,
  ),
  "unreachable-code": warning<{ readonly reason: string }>(
    () => "this code is never reached",
    ({ reason }) => reason,
  ),
  "unknown-module": warning<Suggested & { readonly places: readonly string[] }>(
    ({ name }) => `there is no module '${name}'`,
    (details) => didYouMean(details) ?? wouldBe(details.places),
  ),
  "not-offered": warning<Named & { readonly advice: string }>(
    ({ name }) => `spacer does not offer '${name}'`,
    ({ advice }) => advice,
  ),
  "missing-function": error<Suggested & { readonly places: readonly string[] }>(
    ({ name }) => `there is no function '${name}'`,
    (details) => didYouMean(details) ?? wouldBe(details.places),
  ),
  "wrong-argument-count": warning<WrongCount>(
    ({ name, given, isAtLeast, ...counts }) =>
      `'${name}' takes ${rangeOf(counts)}, and gets ${isAtLeast ? "at least " : ""}${String(given)}`,
    ({ name, signature, isMethod }) =>
      isMethod
        ? `write '${name}(...)': ':' passes what is before it as the first argument`
        : `it is called as ${name}${signature}`,
  ),
  "unknown-diagnostic": warning<Named & { readonly known: readonly string[] }>(
    ({ name }) => `there is no diagnostic '${name}' that could be ignored`,
    ({ known }) => `there are: ${known.join(", ")}`,
  ),
  "invalid-settings": error<{ readonly complaint: string; readonly advice: string | undefined }>(
    ({ complaint }) => complaint,
    ({ advice }) => advice,
  ),
};

function didYouMean({ suggestion }: Suggested): string | undefined {
  return suggestion === undefined ? undefined : `did you mean '${suggestion}'?`;
}

function wouldBe(places: readonly string[]): string {
  return `it would be ${places.join(" or ")}`;
}

function rangeOf({ minimum, maximum }: Pick<WrongCount, "minimum" | "maximum">): string {
  const count = (number: number) => (number === 1 ? "1 argument" : `${String(number)} arguments`);
  if (maximum === undefined) return `at least ${count(minimum)}`;
  if (maximum === 0) return "no arguments";
  if (minimum === maximum) return count(maximum);
  return minimum + 1 === maximum
    ? `${String(minimum)} or ${count(maximum)}`
    : `${String(minimum)} to ${count(maximum)}`;
}
