/** The option that lets the debug library reach all code of a program. */
import type { OptionDefinition } from "./command.ts";
import { UserError } from "./errors.ts";

export const DEBUG_ACCESS_OPTION = {
  type: "boolean",
  description: "Let the debug library reach all code: variables, upvalues, hooks; it gets slower",
} as const satisfies OptionDefinition;

/** @throws UserError where a debugger is to attach, too: code for it shows variables in its own way */
export function checkDebugAccess(options: {
  readonly "debug-access": boolean;
  readonly inspect: string | undefined;
  readonly "inspect-brk": string | undefined;
}): boolean {
  const hasAccess = options["debug-access"];
  if (hasAccess && (options.inspect ?? options["inspect-brk"]) !== undefined) {
    throw new UserError("'--debug-access' and a debugger exclude each other");
  }
  return hasAccess;
}
