/**
 * Makes variables of bundled modules constant to V8. esbuild writes what modules declare as `var`:
 *
 *     var LuaTable = class { ... };          --->     const LuaTable = class { ... };
 *
 * and to V8 a `var` that has a value may get another one at any time, so optimized code loads and checks it anew at each use. Constants
 * it builds into the code, and inlines what they are. Measured: a loop of yield and resume takes 0.9 of the time. The build does the same for
 * spacer itself (docs/tools/linkScript.ts).
 *
 * Which ones are assigned to, esbuild tells: it warns of assignments to constants. Lines stay where they are.
 */
import type { Esbuild } from "./esbuild.ts";

/**
 * @param code As esbuild bundles it when it does not make it smaller: what modules declare is at the beginning of a line.
 * @throws Error when esbuild warns in words that are not known
 */
export async function constantVariables(
  code: string,
  { transform }: Pick<Esbuild, "transform">,
): Promise<string> {
  const others = declaredAgain(code);
  const { warnings } = await transform(withConstants(code, others), {
    target: "esnext",
    logLevel: "silent",
    logLimit: 0,
  });
  for (const { id, text } of warnings) {
    if (id !== "assign-to-constant") continue;
    const name = /"(.+)"/.exec(text)?.[1];
    if (name === undefined) throw new Error(`which variable does esbuild mean? ${text}`);
    others.add(name);
  }
  return withConstants(code, others);
}

/** @param others Variables that stay what they are. */
function withConstants(code: string, others: ReadonlySet<string>): string {
  return code.replaceAll(/^var ([\w$]+) = /gm, (whole, name: string) =>
    others.has(name) ? whole : `const ${name} = `,
  );
}

/** Names that have several declarations, which may be of one variable. */
function declaredAgain(code: string): Set<string> {
  const [declared, again] = [new Set<string>(), new Set<string>()];
  for (const [, name = ""] of code.matchAll(/^(?:async )?(?:var|function\*?) ([\w$]+)/gm)) {
    (declared.has(name) ? again : declared).add(name);
  }
  return again;
}
