/**
 * `%e`, `%f`, `%g` and `%a`. Digits are those of the exact value; a value halfway between two
 * results is rounded away from zero, as LuaJIT does it (and not C). JavaScript does the same, so
 * nearly all digits come from `toFixed` and `toExponential`.
 */
import {
  toExponentialHalfEven,
  toFixedHalfEven,
  toPrecisionHalfEven,
} from "../../../core/halfEven.ts";
import { stripZeros } from "../../../core/number.ts";
import { exponentText, quickExponential, quickFixed, quickGeneral } from "./digits.ts";
import type { Directive } from "./directive.ts";
import { pad, padZeros } from "./pad.ts";

export type FloatDirective = Directive & {
  readonly conversion: "e" | "E" | "f" | "F" | "g" | "G" | "a" | "A";
  /** Whether rounding and NaN are as in C's `printf` (core/halfEven.ts). */
  readonly isLikeC?: boolean;
};

/** The precision of `%e`, `%f` and `%g` when none is given. */
const DEFAULT_PRECISION = 6;

/** From here on `toFixed` gives an exponent. Doubles of this size are integers. */
const FIXED_LIMIT = 1e21;

/** Below this, `%g` writes an exponent. */
const MIN_GENERAL = 1e-4;

/** The digits of a double's mantissa in base 16, behind the point. */
const HEX_DIGITS = 13;

export function formatFloat(directive: FloatDirective, value: number): string {
  const isUpper = directive.conversion < "a";
  if (!Number.isFinite(value)) return formatNonFinite(directive, value, isUpper);
  const magnitude = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? "-" : positiveSign(directive);
  const text = formatMagnitude(directive, magnitude);
  return layOut(directive, sign, isUpper ? text.toUpperCase() : text);
}

/** `%.Nf` without flags and width. @param decimals 0 to 99. */
export function formatPlainFixed(value: number, decimals: number): string {
  // Neither -0 nor NaN is on this path.
  if (value > 0 && value < FIXED_LIMIT) {
    return quickFixed(value, decimals) ?? value.toFixed(decimals);
  }
  if (value < 0 && value > -FIXED_LIMIT) {
    const text = quickFixed(-value, decimals);
    return text === undefined ? value.toFixed(decimals) : `-${text}`;
  }
  return formatFloat(plainFixed(decimals), value);
}

function plainFixed(precision: number): FloatDirective {
  return {
    conversion: "f",
    isLeft: false,
    hasPlus: false,
    hasSpace: false,
    isAlternate: false,
    isZeroPadded: false,
    width: 0,
    precision,
  };
}

function positiveSign(directive: Directive): string {
  if (directive.hasPlus) return "+";
  return directive.hasSpace ? " " : "";
}

function formatNonFinite(directive: FloatDirective, value: number, isUpper: boolean): string {
  let text: string;
  if (value !== value) text = nanText(directive);
  else text = value < 0 ? "-inf" : `${positiveSign(directive)}inf`;
  if (isUpper) text = text.toUpperCase();
  return pad(text, directive.width, directive.isLeft);
}

/** In C the sign of a NaN shows; those that operations make on x86 have it. */
function nanText({ isLikeC, hasSpace }: FloatDirective): string {
  if (isLikeC === true) return "-nan";
  return hasSpace ? " nan" : "nan";
}

function formatMagnitude(directive: FloatDirective, magnitude: number): string {
  const { isAlternate, precision = DEFAULT_PRECISION } = directive;
  if (magnitude > 0 && !isAlternate) {
    const text = quickText(directive.conversion, magnitude, precision);
    if (text !== undefined) return text;
  }
  const round = directive.isLikeC === true ? roundHalfEven : roundAway;
  switch (directive.conversion) {
    case "a":
    case "A":
      return formatHexadecimal(directive, magnitude);
    case "e":
    case "E":
      return formatExponential(magnitude, precision, { isAlternate, round });
    case "f":
    case "F":
      return formatFixed(magnitude, precision, { isAlternate, round });
    case "g":
    case "G":
      return formatGeneral(magnitude, precision === 0 ? 1 : precision, { isAlternate, round });
  }
}

/** In nearly all cases. @param magnitude Above 0. */
function quickText(
  conversion: FloatDirective["conversion"],
  magnitude: number,
  precision: number,
): string | undefined {
  switch (conversion) {
    case "f":
    case "F":
      return quickFixed(magnitude, precision);
    case "e":
    case "E":
      return quickExponential(magnitude, precision);
    case "g":
    case "G":
      return quickGeneral(magnitude, precision === 0 ? 1 : precision);
    case "a":
    case "A":
      return undefined;
  }
}

/** How digits are rounded. */
interface Rounding {
  fixed(magnitude: number, decimals: number): string;
  exponential(magnitude: number, decimals: number): string;
  precise(magnitude: number, precision: number): string;
}

const roundAway: Rounding = {
  fixed: (magnitude, decimals) => magnitude.toFixed(decimals),
  exponential: (magnitude, decimals) => magnitude.toExponential(decimals),
  precise: (magnitude, precision) => magnitude.toPrecision(precision),
};

const roundHalfEven: Rounding = {
  fixed: toFixedHalfEven,
  exponential: toExponentialHalfEven,
  precise: toPrecisionHalfEven,
};

interface Style {
  readonly isAlternate: boolean;
  readonly round: Rounding;
}

function formatFixed(magnitude: number, precision: number, { isAlternate, round }: Style): string {
  if (magnitude < FIXED_LIMIT) {
    const text = round.fixed(magnitude, precision);
    return precision === 0 && isAlternate ? `${text}.` : text;
  }
  const digits = BigInt(magnitude).toString();
  return precision === 0 && !isAlternate ? digits : `${digits}.${"0".repeat(precision)}`;
}

function formatExponential(
  magnitude: number,
  precision: number,
  { isAlternate, round }: Style,
): string {
  const [digits, exponent] = splitExponential(round.exponential(magnitude, precision));
  const point = precision === 0 && isAlternate ? "." : "";
  return digits + point + exponentText(exponent);
}

function formatGeneral(
  magnitude: number,
  precision: number,
  { isAlternate, round }: Style,
): string {
  const isSmall = magnitude < MIN_GENERAL && magnitude > 0;
  // Where `toPrecision` writes no exponent, `%g` has none either, but for small numbers.
  const text = isSmall
    ? round.exponential(magnitude, precision - 1)
    : round.precise(magnitude, precision);
  const mark = text.indexOf("e");
  if (mark < 0) return withPoint(text, isAlternate);
  const [digits, exponent] = splitExponential(text);
  // Just below `MIN_GENERAL`, and not any more once it is rounded.
  if (exponent === -4) return withPoint(`0.0001${"0".repeat(precision - 1)}`, isAlternate);
  return withPoint(digits, isAlternate) + exponentText(exponent);
}

/** Without the zeros that end a fraction, or else with all of them and a point. */
function withPoint(digits: string, isAlternate: boolean): string {
  if (!isAlternate) return stripZeros(digits);
  return digits.includes(".") ? digits : `${digits}.`;
}

function splitExponential(text: string): [digits: string, exponent: number] {
  const mark = text.indexOf("e");
  return [text.slice(0, mark), Number(text.slice(mark + 1))];
}

/** `%a` as LuaJIT writes it: denormal numbers have a leading 1, too. */
function formatHexadecimal(directive: FloatDirective, magnitude: number): string {
  let exponent = magnitude === 0 ? 0 : Math.floor(Math.log2(magnitude));
  // The logarithm may be off by one; twice the half power, since the whole one may be out of range.
  while (scaleDown(magnitude, exponent) >= 2) exponent++;
  while (magnitude > 0 && scaleDown(magnitude, exponent) < 1) exponent--;
  let mantissa = BigInt(scaleDown(magnitude, exponent) * 2 ** (4 * HEX_DIGITS));
  let { precision } = directive;
  if (precision !== undefined && precision < HEX_DIGITS) {
    const dropped = BigInt(4 * (HEX_DIGITS - precision));
    mantissa = (mantissa + (1n << (dropped - 1n))) >> dropped;
  }
  const text = mantissa
    .toString(16)
    .padStart(Math.min(precision ?? HEX_DIGITS, HEX_DIGITS) + 1, "0");
  let fraction = text.slice(1);
  if (precision === undefined) fraction = fraction.replace(/0+$/, "");
  else fraction = fraction.padEnd(precision, "0");
  precision = fraction.length;
  const point = precision > 0 || directive.isAlternate ? "." : "";
  const sign = exponent < 0 ? "-" : "+";
  return `0x${text.charAt(0)}${point}${fraction}p${sign}${String(Math.abs(exponent))}`;
}

/** `magnitude / 2 ** exponent`, for the range of exponents that doubles have. */
function scaleDown(magnitude: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return magnitude / 2 ** half / 2 ** (exponent - half);
}

function layOut(directive: FloatDirective, sign: string, text: string): string {
  const { width } = directive;
  if (directive.isLeft || !directive.isZeroPadded) return pad(sign + text, width, directive.isLeft);
  // Zeros go behind the "0x" of `%a`.
  const isHexadecimal = directive.conversion === "a" || directive.conversion === "A";
  const prefix = isHexadecimal ? sign + text.slice(0, 2) : sign;
  const digits = isHexadecimal ? text.slice(2) : text;
  return prefix + padZeros(digits, width - prefix.length);
}
