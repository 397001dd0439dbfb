/**
 * Makes variables of bundled modules constant to V8. esbuild writes what modules declare as `var`:
 *
 *     var LuaTable = class { ... };          --->     const LuaTable = class { ... };
 *
 * and to V8 a `var` of a module that has a value may get another one at any time, so optimized code loads and checks it anew at each use.
 * Constants it builds into the code, and inlines what they are. Measured: a loop of yield and resume takes 0.9 of the time. In functions, as
 * which spacer's own modules are loaded (docs/tools/linkScript.ts), it knows that of a `var`, too. Lines stay where they are.
 */
import { assignedNames } from "./assignedNames.ts";

const DECLARATION = /^var ([\w$]+) = /gm;

/** @param code As esbuild bundles it when it does not make it smaller: what modules declare is at the beginning of a line. */
export function constantVariables(code: string): string {
  const names = declaredOnce(code);
  for (const name of assignedNames(code, names)) names.delete(name);
  return code.replaceAll(DECLARATION, (whole, name: string) =>
    names.has(name) ? `const ${name} = ` : whole,
  );
}

/** Names that have one declaration: several may be of one variable. */
function declaredOnce(code: string): Set<string> {
  const [declared, again] = [new Set<string>(), new Set<string>()];
  for (const [, name = ""] of code.matchAll(/^(?:async )?(?:var|function\*?) ([\w$]+)/gm)) {
    (declared.has(name) ? again : declared).add(name);
  }
  for (const name of again) declared.delete(name);
  return declared;
}
