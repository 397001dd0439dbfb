/** What is served while there never was a gateway file that worked. */
import { toBytes } from "../bytes.ts";
import { GATEWAY_FILE } from "../projectRoot.ts";

/** A function that no project has, as its name says. */
export const GATEWAY_PROBLEM = "gateway_problem";

/** Two Lua files, by path, in bytes: a gateway that answers every request with an error. */
export function gatewayProblem(message: string): ReadonlyMap<string, string> {
  const rows = ["/", "/*rest"].map((path) => `{"ANY", "${path}", "${GATEWAY_PROBLEM}"}`);
  return new Map([
    [GATEWAY_FILE, `return {${rows.join(", ")}}`],
    [
      `app/${GATEWAY_PROBLEM}.lua`,
      `return function() error(${luaString(toBytes(message))}, 0) end`,
    ],
  ]);
}

function luaString(bytes: string): string {
  const escapes = Array.from(bytes, (char) => String(char.charCodeAt(0)).padStart(3, "0"));
  return `"${escapes.map((code) => `\\${code}`).join("")}"`;
}
