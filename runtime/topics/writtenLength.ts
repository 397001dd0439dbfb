/**
 * About how long a JSON text is when its numbers are written out, which is what PostgreSQL does: a few thousand times
 * `1e131071` come back as a text that no process can read.
 */
export function writtenLength(json: string): number {
  // Texts may well have something like `4e12` in them.
  return EXPONENT.test(json) ? json.length + exponentsOf(withoutStrings(json)) : json.length;
}

const EXPONENT = /\d[eE][+-]?\d/;

function exponentsOf(json: string): number {
  let sum = 0;
  for (const [, exponent] of json.matchAll(/\d[eE][+-]?(\d+)/g)) sum += Number(exponent);
  return sum;
}

function withoutStrings(json: string): string {
  let rest = "";
  let end = 0;
  for (;;) {
    const start = json.indexOf('"', end);
    if (start < 0) return rest + json.slice(end);
    rest += json.slice(end, start + 1);
    end = endOfString(json, start);
  }
}

/** @param start The offset of its first quote. */
function endOfString(json: string, start: number): number {
  let offset = start + 1;
  while (offset < json.length && json[offset] !== '"') offset += json[offset] === "\\" ? 2 : 1;
  return offset + 1;
}
