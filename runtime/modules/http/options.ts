/**
 * The options of `http.request` and its like, by name. A mistake in them is the program's: it is raised, with what would
 * be right.
 */
import { TableIterator } from "../../core/iterate.ts";
import { typeOf } from "../../core/metatable.ts";
import type { LuaTable } from "../../core/table.ts";
import type { LuaValue } from "../../core/value.ts";
import { readHeaders, type WantedHeader } from "./headers.ts";

const OPTIONS = [
  "url",
  "method",
  "headers",
  "query",
  "json",
  "form",
  "body",
  "auth",
  "timeout",
  "connectTimeout",
  "headersTimeout",
  "readTimeout",
  "redirects",
  "maxBodySize",
  "stream",
  "decode",
  "verify",
  "ca",
  "cert",
  "key",
  "serverName",
] as const;

export const BODIES: ReadonlySet<string> = new Set(["json", "form", "body"]);

export type OptionName = (typeof OPTIONS)[number];

/** Those of a call, and behind them those of the client that it is made with. */
export class Options {
  readonly fail: (problem: string) => never;
  private readonly tables: readonly LuaTable[];
  private readonly defaults: LuaTable | undefined;

  /** @param fail Raises, with what is wrong. */
  constructor(tables: readonly LuaTable[], fail: (problem: string) => never, defaults?: LuaTable) {
    this.fail = fail;
    this.tables = defaults === undefined ? tables : [...tables, defaults];
    this.defaults = defaults;
    for (const table of tables) this.checkNames(table);
  }

  get(name: OptionName): LuaValue {
    for (const table of this.tablesFor(name)) {
      const value = table.getString(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** The bodies of a call exclude those of its client. */
  private tablesFor(name: OptionName): readonly LuaTable[] {
    return BODIES.has(name) ? this.tables.filter((table) => table !== this.defaults) : this.tables;
  }

  text(name: OptionName): string | undefined {
    const value = this.get(name);
    if (value === undefined || typeof value === "string") return value;
    return this.fail(`'${name}' must be a string, not a ${typeOf(value)}`);
  }

  flag(name: OptionName, otherwise: boolean): boolean {
    const value = this.get(name) ?? otherwise;
    if (typeof value === "boolean") return value;
    return this.fail(`'${name}' must be true or false, not a ${typeOf(value)}`);
  }

  /** Seconds, as milliseconds; false is no limit. */
  duration(name: OptionName, otherwiseS: number): number {
    const value = this.get(name) ?? otherwiseS;
    if (value === false) return Infinity;
    if (typeof value === "number" && value > 0) return value * 1000;
    return this.fail(`'${name}' must be a number of seconds above 0, or false for no limit`);
  }

  /** A whole number; false is another one. */
  count(name: OptionName, otherwise: number, ifFalse: number): number {
    const value = this.get(name) ?? otherwise;
    if (value === false) return ifFalse;
    if (typeof value === "number" && value >= 0 && Math.floor(value) === value) return value;
    return this.fail(`'${name}' must be a whole number, 0 or more, or false`);
  }

  /** Of all tables, the first that has a name decides on it. */
  headers(): WantedHeader[] {
    const headers: WantedHeader[] = [];
    for (const table of this.tables) {
      const known = new Set(headers.map(([name]) => name.toLowerCase()));
      const more = readHeaders(table.getString("headers"), this.fail);
      headers.push(...more.filter(([name]) => !known.has(name.toLowerCase())));
    }
    return headers;
  }

  /** The URL of the client, if it has one. */
  base(): LuaValue {
    return this.defaults?.getString("url");
  }

  private checkNames(table: LuaTable): void {
    const entries = new TableIterator(table);
    while (entries.advance()) {
      const { key } = entries;
      if (typeof key === "string" && (OPTIONS as readonly string[]).includes(key)) continue;
      const shown = typeof key === "string" ? `'${key}'` : `[${typeOf(key)}]`;
      const similar = OPTIONS.find((name) => isAlike(name, key));
      this.fail(
        similar === undefined
          ? `there is no option ${shown}; there are ${OPTIONS.join(", ")}`
          : `there is no option ${shown}; did you mean '${similar}'?`,
      );
    }
  }
}

/** Whether a key is an option in another spelling, such as `max_body_size` or `header`. */
function isAlike(name: string, key: LuaValue): boolean {
  if (typeof key !== "string") return false;
  const plain = (text: string) => text.replaceAll(/[^a-z]/gi, "").toLowerCase();
  const [left, right] = [plain(name), plain(key)];
  return left === right || left === `${right}s` || `${left}s` === right || hasOneSlip(left, right);
}

/** Whether two words differ in one letter, or in the order of two. */
function hasOneSlip(left: string, right: string): boolean {
  if (Math.abs(left.length - right.length) > 1 || left.length < 4) return false;
  let start = 0;
  while (start < left.length && left[start] === right[start]) start++;
  let end = 0;
  const most = Math.min(left.length, right.length) - start;
  while (end < most && left[left.length - 1 - end] === right[right.length - 1 - end]) end++;
  const [leftRest, rightRest] = [
    left.slice(start, left.length - end),
    right.slice(start, right.length - end),
  ];
  if (leftRest.length <= 1 && rightRest.length <= 1) return true;
  return leftRest.length === 2 && leftRest === `${rightRest.charAt(1)}${rightRest.charAt(0)}`;
}
