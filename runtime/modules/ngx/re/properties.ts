/** Properties of Unicode, `\p{Lu}` and `\p{Greek}`, by what the engine knows of them. */
import { MAX_CODE_POINT, type Ranges } from "./byteSet.ts";

/** Those that PCRE adds to Unicode's, and how JavaScript says the same. */
const ADDED: Readonly<Partial<Record<string, string>>> = {
  Any: "[^]",
  "L&": "[\\p{Ll}\\p{Lu}\\p{Lt}]",
  Xan: "[\\p{L}\\p{N}]",
  Xsp: "[\\p{Z}\\t-\\r\\x85]",
  Xps: "[\\p{Z}\\t-\\r\\x85]",
  Xwd: "[\\p{L}\\p{N}_]",
};

const known = new Map<string, Ranges | undefined>();

/** The code points that have a property; `undefined` when there is none of that name. */
export function propertyRanges(name: string): Ranges | undefined {
  if (!known.has(name)) known.set(name, findRanges(name));
  return known.get(name);
}

function findRanges(name: string): Ranges | undefined {
  const expression = expressionOf(name);
  if (expression === undefined) return undefined;
  const ranges: [number, number][] = [];
  for (let code = 0; code <= MAX_CODE_POINT; code++) {
    if (!expression.test(String.fromCodePoint(code))) continue;
    const last = ranges[ranges.length - 1];
    if (last?.[1] === code - 1) last[1] = code;
    else ranges.push([code, code]);
  }
  return ranges;
}

function expressionOf(name: string): RegExp | undefined {
  const plain = name.trim();
  const added = ADDED[plain];
  const candidates = added === undefined ? spellings(plain) : [added];
  for (const candidate of candidates) {
    try {
      return new RegExp(`^${candidate}$`, "u");
    } catch {
      // The engine knows no such property.
    }
  }
  return undefined;
}

/** A general category, of which PCRE knows the short names, or a script. */
function spellings(name: string): readonly string[] {
  if (!/^\w+$/.test(name)) return [];
  return /^[A-Z][a-z]?$/.test(name)
    ? [`\\p{gc=${name}}`]
    : [`\\p{sc=${name}}`, `\\p{sc=${name.charAt(0).toUpperCase()}${name.slice(1).toLowerCase()}}`];
}
