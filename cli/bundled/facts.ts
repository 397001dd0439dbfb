/**
 * What is known of emitted lines, as the text that a bundle keeps of it. Nobody reads it before an error is raised, or a
 * suspended call is shown; so it is short, and a text, which costs the engine nothing until then.
 *
 *     [texts, chunk, resume]   in JSON; the latter are tables of numbers, of which the second may be missing
 *
 * A table begins with the number of its functions, then come those, then the sites, each as differences to the one before.
 * `cli/build/factsText.ts` writes it.
 */
import type { CompiledScript, FunctionRange, Site, Temporary } from "../../runtime/host.ts";
import type { BundledFacts } from "./bundle.ts";
import { NumberReader } from "./numbers.ts";

/** What a site has besides its place; the bits of a number in front of it. */
export const SITE = {
  operands: 1,
  callee: 2,
  argumentCount: 4,
  isTail: 8,
  temporaries: 16,
  pc: 32,
} as const;

export function readFacts(text: string): BundledFacts {
  const [texts, chunk, resume] = JSON.parse(text) as [unknown[], string, string?];
  return {
    chunk: readTable(chunk, texts),
    resume: resume === undefined ? { functions: [], sites: [] } : readTable(resume, texts),
  };
}

function readTable(
  text: string,
  texts: readonly unknown[],
): Pick<CompiledScript, "sites" | "functions"> {
  const numbers = new NumberReader(text);
  const functions = readFunctions(numbers);
  const sites: Site[] = [];
  let before = { emitted: 0, line: 0, offset: 0 };
  while (numbers.hasMore) {
    const flags = numbers.next();
    const emitted = before.emitted + numbers.next();
    const line = before.line + numbers.next();
    const offset = before.offset + numbers.next();
    before = { emitted, line, offset };
    const has = (flag: number): boolean => (flags & flag) !== 0;
    sites.push({
      ...before,
      ...(has(SITE.operands) ? { operands: texts[numbers.next()] as string[] } : {}),
      ...(has(SITE.callee) ? { callee: texts[numbers.next()] as string } : {}),
      ...(has(SITE.argumentCount) ? { argumentCount: numbers.next() } : {}),
      ...(has(SITE.isTail) ? { isTail: true } : {}),
      ...(has(SITE.temporaries) ? { temporaries: texts[numbers.next()] as Temporary[] } : {}),
      ...(has(SITE.pc) ? { pc: numbers.next() } : {}),
    });
  }
  return { functions, sites };
}

function readFunctions(numbers: NumberReader): FunctionRange[] {
  const functions: FunctionRange[] = [];
  for (let left = numbers.next(); left > 0; left--) {
    functions.push({
      index: numbers.next(),
      firstEmitted: numbers.next(),
      lastEmitted: numbers.next(),
      firstLine: numbers.next(),
      lastLine: numbers.next(),
      offset: numbers.next(),
    });
  }
  return functions;
}
