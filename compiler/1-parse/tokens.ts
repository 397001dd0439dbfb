/**
 * Tokens as numbers: a single character stands for itself (its char code), everything else has a
 * number above those.
 */

const FIRST = 1 << 16;

export const NAME = FIRST;
export const STRING = FIRST + 1;
export const NUMBER = FIRST + 2;
export const EOF = FIRST + 3;
export const CONCAT = FIRST + 4;
export const DOTS = FIRST + 5;
export const EQUAL = FIRST + 6;
export const NOT_EQUAL = FIRST + 7;
export const LESS_OR_EQUAL = FIRST + 8;
export const GREATER_OR_EQUAL = FIRST + 9;
export const DOUBLE_COLON = FIRST + 10;

export const AND = FIRST + 20;
export const BREAK = FIRST + 21;
export const DO = FIRST + 22;
export const ELSE = FIRST + 23;
export const ELSEIF = FIRST + 24;
export const END = FIRST + 25;
export const FALSE = FIRST + 26;
export const FOR = FIRST + 27;
export const FUNCTION = FIRST + 28;
export const GOTO = FIRST + 29;
export const IF = FIRST + 30;
export const IN = FIRST + 31;
export const LOCAL = FIRST + 32;
export const NIL = FIRST + 33;
export const NOT = FIRST + 34;
export const OR = FIRST + 35;
export const REPEAT = FIRST + 36;
export const RETURN = FIRST + 37;
export const THEN = FIRST + 38;
export const TRUE = FIRST + 39;
export const UNTIL = FIRST + 40;
export const WHILE = FIRST + 41;

export const keywords: ReadonlyMap<string, number> = new Map([
  ["and", AND],
  ["break", BREAK],
  ["do", DO],
  ["else", ELSE],
  ["elseif", ELSEIF],
  ["end", END],
  ["false", FALSE],
  ["for", FOR],
  ["function", FUNCTION],
  ["goto", GOTO],
  ["if", IF],
  ["in", IN],
  ["local", LOCAL],
  ["nil", NIL],
  ["not", NOT],
  ["or", OR],
  ["repeat", REPEAT],
  ["return", RETURN],
  ["then", THEN],
  ["true", TRUE],
  ["until", UNTIL],
  ["while", WHILE],
]);

const texts = new Map<number, string>([
  ...[...keywords].map(([text, token]): [number, string] => [token, text]),
  [NAME, "<name>"],
  [STRING, "<string>"],
  [NUMBER, "<number>"],
  [EOF, "<eof>"],
  [CONCAT, ".."],
  [DOTS, "..."],
  [EQUAL, "=="],
  [NOT_EQUAL, "~="],
  [LESS_OR_EQUAL, "<="],
  [GREATER_OR_EQUAL, ">="],
  [DOUBLE_COLON, "::"],
]);

/** What messages call a token: "end", "<name>", "=", "char(1)". */
export function tokenText(token: number): string {
  const text = texts.get(token);
  if (text !== undefined) return text;
  return token < 32 || token === 127 ? `char(${String(token)})` : String.fromCharCode(token);
}
