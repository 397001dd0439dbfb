/** Format strings taken apart, as LuaJIT's `lj_strfmt_parse` does it (manual 5.4, `format`). */

/** One `%` directive. */
export interface Directive {
  readonly conversion: Conversion;
  /** `-` */
  readonly isLeft: boolean;
  /** `+` */
  readonly hasPlus: boolean;
  /** ` ` */
  readonly hasSpace: boolean;
  /** `#` */
  readonly isAlternate: boolean;
  /** `0` */
  readonly isZeroPadded: boolean;
  readonly width: number;
  readonly precision: number | undefined;
}

const CONVERSIONS = "diuoxXcsqpeEfFgGaA";

export type Conversion =
  | "d"
  | "i"
  | "u"
  | "o"
  | "x"
  | "X"
  | "c"
  | "s"
  | "q"
  | "p"
  | "e"
  | "E"
  | "f"
  | "F"
  | "g"
  | "G"
  | "a"
  | "A";

/** What a format string consists of: text, directives, and at the end perhaps a mistake. */
export type FormatPart = string | Directive | { readonly invalid: string };

/** Flags, width and precision of at most two digits, and the conversion. */
const DIRECTIVE = /%([-+ #0]*)(\d{0,2})(?:\.(\d{0,2}))?/y;

/**
 * Takes a format string apart. What follows a mistake is dropped: formatting ends there. (Before
 * that, the arguments of the directives before it are looked at.)
 */
export function parseFormat(format: string): FormatPart[] {
  const parts: FormatPart[] = [];
  let literal = "";
  let offset = 0;
  while (offset < format.length) {
    const mark = format.indexOf("%", offset);
    literal += format.slice(offset, mark < 0 ? format.length : mark);
    if (mark < 0) break;
    if (format.charAt(mark + 1) === "%") {
      literal += "%";
      offset = mark + 2;
      continue;
    }
    if (literal !== "") parts.push(literal);
    literal = "";
    const [part, end] = parseDirective(format, mark);
    parts.push(part);
    if ("invalid" in part) return parts;
    offset = end;
  }
  if (literal !== "") parts.push(literal);
  return parts;
}

/** @returns The directive, or what of it is to be shown as invalid, and where it ends. */
function parseDirective(
  format: string,
  start: number,
): [Directive | { readonly invalid: string }, end: number] {
  DIRECTIVE.lastIndex = start;
  const [text, flags, width, precision] = DIRECTIVE.exec(format) as unknown as [
    string,
    string,
    string,
    string | undefined,
  ];
  const end = start + text.length;
  const letter = format.charAt(end);
  if (!isConversion(letter)) {
    return [{ invalid: letter < " " ? text : text + letter }, end];
  }
  const directive: Directive = {
    conversion: letter,
    isLeft: flags.includes("-"),
    hasPlus: flags.includes("+"),
    hasSpace: flags.includes(" "),
    isAlternate: flags.includes("#"),
    isZeroPadded: flags.includes("0"),
    width: Number(width),
    precision: precision === undefined ? undefined : Number(precision),
  };
  return [directive, end + 1];
}

function isConversion(letter: string): letter is Conversion {
  return letter !== "" && CONVERSIONS.includes(letter);
}
