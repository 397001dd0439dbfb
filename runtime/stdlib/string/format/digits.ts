/**
 * Digits of numbers by the arithmetic of doubles: several times as fast as `toFixed`, `toExponential` and
 * `toPrecision`, which work on the exact value. A double times or divided by a power of ten that is a double is off by
 * less than one part in 2^52, so where the result is not near the middle between two integers, it is rounded to the
 * right one, whatever the rule for the middle is. Near the middle, and for numbers out of range, there is `undefined`:
 * take the exact way.
 */

/** Powers of ten up to here are doubles. */
const MAX_POWER = 22;

const POWERS_OF_TEN = Float64Array.from({ length: MAX_POWER + 1 }, (_, exponent) =>
  Number(`1e${String(exponent)}`),
);

/** Scaled numbers stay below, so that they are small integers for V8. */
const MAX_SCALED = 2 ** 30;

/** So near the middle between two integers a scaled number may be on the wrong side; with room to spare. */
const MARGIN = 2 ** -20;

/** So many digits make an integer below `MAX_SCALED`, whatever they are. */
const MAX_DIGITS = 9;

/** From here on `scientific` does not look for the exponent. */
const MAX_MAGNITUDE = 1e22;
const MIN_MAGNITUDE = 1e-10;

/** "00" to "99". */
const PAIRS = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, "0"));
const POINT_AND_DIGIT = Array.from({ length: 10 }, (_, number) => `.${String(number)}`);
const POINT_AND_PAIR = PAIRS.map((pair) => `.${pair}`);

/** `%.Nf` of a number that is not negative. */
export function quickFixed(magnitude: number, decimals: number): string | undefined {
  if (decimals > MAX_DIGITS) return undefined;
  const scaled = scaledInteger(magnitude, decimals);
  return scaled < 0 ? undefined : fractionText(scaled, decimals);
}

/** `%.Ne` of a number above 0. */
export function quickExponential(magnitude: number, decimals: number): string | undefined {
  const exponent = exponentOf(magnitude);
  if (exponent === undefined || decimals >= MAX_DIGITS) return undefined;
  const mantissa = mantissaOf(magnitude, decimals + 1, exponent);
  if (mantissa < 0) return undefined;
  return fractionText(mantissa, decimals) + exponentText(exponent);
}

/** `%.Ng` of a number above 0. @param precision 1 or more. */
export function quickGeneral(magnitude: number, precision: number): string | undefined {
  const exponent = exponentOf(magnitude);
  if (exponent === undefined || precision > MAX_DIGITS) return undefined;
  let mantissa = mantissaOf(magnitude, precision, exponent);
  if (mantissa < 0) return undefined;
  let digits = precision;
  for (; digits > 1 && mantissa % 10 === 0; digits--) mantissa = (mantissa / 10) | 0;
  if (exponent < -4 || exponent >= precision) {
    return fractionText(mantissa, digits - 1) + exponentText(exponent);
  }
  const decimals = digits - 1 - exponent;
  return decimals > 0
    ? fractionText(mantissa, decimals)
    : String(mantissa * (POWERS_OF_TEN[-decimals] as number));
}

/** `e+05` */
export function exponentText(exponent: number): string {
  const magnitude = Math.abs(exponent);
  const digits = magnitude < 100 ? (PAIRS[magnitude] as string) : String(magnitude);
  return exponent < 0 ? `e-${digits}` : `e+${digits}`;
}

/** `magnitude * 10 ** power`, rounded; -1 where that is not certain. */
function scaledInteger(magnitude: number, power: number): number {
  const scaled =
    power < 0
      ? magnitude / (POWERS_OF_TEN[-power] as number)
      : magnitude * (POWERS_OF_TEN[power] as number);
  if (!(scaled < MAX_SCALED)) return -1;
  const whole = scaled | 0;
  const rest = scaled - whole;
  if (rest < 0.5 - MARGIN) return whole;
  return rest > 0.5 + MARGIN ? whole + 1 : -1;
}

/** The exponent in `%e`, before rounding; off by one where `mantissaOf` finds it out. */
function exponentOf(magnitude: number): number | undefined {
  if (!(magnitude >= MIN_MAGNITUDE && magnitude < MAX_MAGNITUDE)) return undefined;
  let exponent = 0;
  if (magnitude >= 1) {
    while (magnitude >= (POWERS_OF_TEN[exponent + 1] as number)) exponent++;
  } else {
    do exponent--;
    while (magnitude * (POWERS_OF_TEN[-exponent] as number) < 1);
  }
  return exponent;
}

/** The first digits as an integer; -1 where they are not certain, or it takes another exponent. */
function mantissaOf(magnitude: number, digits: number, exponent: number): number {
  const power = digits - 1 - exponent;
  if (power > MAX_POWER || power < -MAX_POWER) return -1;
  const mantissa = scaledInteger(magnitude, power);
  const isComplete =
    mantissa >= (POWERS_OF_TEN[digits - 1] as number) &&
    mantissa < (POWERS_OF_TEN[digits] as number);
  return isComplete ? mantissa : -1;
}

/** `scaled / 10 ** decimals` with all its decimals. */
function fractionText(scaled: number, decimals: number): string {
  if (decimals === 0) return String(scaled);
  const unit = POWERS_OF_TEN[decimals] as number;
  const whole = (scaled / unit) | 0;
  return String(whole) + pointText((scaled - whole * unit) | 0, decimals);
}

/** The point and the digits behind it. */
function pointText(fraction: number, decimals: number): string {
  if (decimals === 1) return POINT_AND_DIGIT[fraction] as string;
  if (decimals === 2) return POINT_AND_PAIR[fraction] as string;
  const before = (fraction / 100) | 0;
  return pointText(before, decimals - 2) + (PAIRS[fraction - before * 100] as string);
}
