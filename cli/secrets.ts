/**
 * Keeps the values of environment variables that functions may read, and the internal token, out of what is told of
 * errors: they get there by messages such as "can't connect with <password>". A name stands in their place.
 */
import { toBytes } from "./bytes.ts";

/** Shorter ones occur in texts by chance, and would be nothing to be kept secret. */
const MIN_SECRET_LENGTH = 8;

/** A text in bytes, without the secrets. */
export type HideSecrets = (text: string) => string;

/** @param secrets Values by name. */
export function secretHider(
  secrets: Iterable<readonly [name: string, value: string]>,
): HideSecrets {
  const names = new Map<string, string>();
  for (const [name, value] of secrets) {
    if (value.length < MIN_SECRET_LENGTH) continue;
    for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]) {
      names.set(toBytes(form), `<${toBytes(name)}>`);
    }
  }
  if (names.size === 0) return (text) => text;
  // The longest first: one may be the beginning of another.
  const forms = [...names.keys()].sort((left, right) => right.length - left.length);
  const pattern = new RegExp(forms.map(quoted).join("|"), "g");
  return (text) => text.replaceAll(pattern, (form) => names.get(form) ?? form);
}

function quoted(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
