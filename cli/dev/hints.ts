/** What to do about common errors of running Lua code. */

type Advice = (...groups: readonly string[]) => string;

/** The name of a variable in a message: "local 'x'", "field 'y'". */
const NAME = "(?:local|upvalue|global|field|method) '([^']*)'";

/** One that the code can name by itself. */
const VARIABLE = "(?:local|upvalue|global) '([^']*)'";

const ADVICE: readonly (readonly [RegExp, Advice])[] = [
  [
    new RegExp(`attempt to index ${VARIABLE} \\(a nil value\\)`),
    (name) => `'${name}' is nil here; if that may be, ask first: if ${name} then ... end`,
  ],
  [
    /attempt to index (?:field|method) '([^']*)' \(a nil value\)/,
    (name) => `the table has no '${name}': is it misspelt, or never set?`,
  ],
  [
    /attempt to call (?:global|upvalue|local) '([^']*)' \(a nil value\)/,
    (name) => `there is no function '${name}' here: is it misspelt, or a 'require' missing?`,
  ],
  [
    /attempt to call (?:field|method) '([^']*)' \(a nil value\)/,
    (name) => `the table has no function '${name}': is it misspelt, or the table another one?`,
  ],
  [
    new RegExp(`attempt to perform arithmetic on ${VARIABLE} \\(a nil value\\)`),
    (name) => `'${name}' is nil here; for a value to use instead: (${name} or 0)`,
  ],
  [
    new RegExp(`attempt to perform arithmetic on ${NAME} \\(a string value\\)`),
    (name) => `'${name}' is text that spells no number; tonumber gives nil for such`,
  ],
  [
    new RegExp(`attempt to concatenate ${NAME} \\(a (?:nil|boolean|table|function) value\\)`),
    () => "tostring(...) makes text of any value",
  ],
  [
    /attempt to compare (?:number with string|string with number)/,
    () => "parameters of paths and queries are strings: tonumber(...) makes numbers of them",
  ],
  [/stack overflow$/, () => "a function that calls itself needs a case in which it does not"],
  [
    /the CPU budget of .* is used up$/,
    () => "does a loop never end? gateway.cpuLimit in config/application.yml allows more",
  ],
  [
    /the timeout of .* is over$/,
    () => "what does it wait for? gateway.timeout in config/application.yml allows more",
  ],
  [
    /can't be encoded as JSON/,
    () => "a reply holds tables, strings, numbers and booleans; make one of these of all else",
  ],
];

/** @returns `undefined` when the message says it all. */
export function hintFor(message: string): string | undefined {
  for (const [pattern, advice] of ADVICE) {
    const match = pattern.exec(message);
    if (match !== null) return advice(...match.slice(1));
  }
  return undefined;
}
