/** Stands for runtime/stdlib/string/patterns/generateMatcher.ts where no text may become code: patterns are interpreted. */

export function generateMatcher(): undefined {
  return undefined;
}
