/** Literals of SQL as MySQL reads them. */

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\b": "\\b",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\x1a": "\\Z",
  "\\": "\\\\",
  "'": "\\'",
  '"': '\\"',
};

export function quoteSql(bytes: string): string {
  const escaped = bytes.replace(/[\0\b\n\r\t\x1a\\'"]/g, (char) => ESCAPES[char] as string);
  return `'${escaped}'`;
}
