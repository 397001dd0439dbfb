import { standardFunctions } from "../generated/libraries.ts";

/** Whether the string library has a function of this name. */
export function isStringMethod(name: string): boolean {
  return STRING_METHODS.has(name);
}

const STRING_METHODS = new Set(
  Object.keys(standardFunctions)
    .filter((name) => name.startsWith("string."))
    .map((name) => name.slice("string.".length)),
);
