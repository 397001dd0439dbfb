/**
 * What V8's reasons for deoptimizing mean for a Lua program. V8 tells them in its own words
 * (src/deoptimizer/deoptimize-reason.h); those that nothing is said of here are shown as they are.
 */
const MEANINGS: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [/^\(unknown\)$/, "it was running when its code was thrown away"],
  [/^Insufficient type feedback/, "code ran that had never run before"],
  [/^not a Smi$/, "a value was no small integer any more"],
  [/^Smi$/, "a small integer came where there had been none"],
  [/^not a (?:heap )?number/i, "a value was no number any more"],
  [/^not a string/i, "a value was no string any more"],
  [
    /^(?:overflow|lost precision|minus zero|NaN|division by zero)/i,
    "a number left the range of small integers",
  ],
  [/^wrong (?:map|feedback cell)$|^unknown map/, "a table had other fields than those before"],
  [/^wrong instance type$/, "a value had another type than those before"],
  [/^wrong call target$/, "another function was called here than before"],
  [/^(?:wrong value|wrong name)$/, "a value was another one than always before"],
  [/^out of bounds$/, "a list was read or written beyond its end"],
  [/^hole$|holey/, "a list had a gap"],
  [
    /dependent|dependenc|changed|prototype/i,
    "something changed that V8 had relied on never changing",
  ],
];

/** @returns `undefined` for a reason that is not known here. */
export function explainDeopt(reason: string): string | undefined {
  return MEANINGS.find(([pattern]) => pattern.test(reason))?.[1];
}
