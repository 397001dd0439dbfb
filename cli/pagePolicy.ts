/** The Content Security Policy of pages that stand for themselves, whatever is shown in them. */
import { createHash } from "node:crypto";

/** Lets nothing be loaded, and nothing run but this script. @returns For `<meta http-equiv>`. */
export function pagePolicy(stylesheet: string, script: string): string {
  return `default-src 'none'; style-src ${hashOf(stylesheet)}; script-src ${hashOf(script)}; img-src data:; base-uri 'none'; form-action 'none'`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
