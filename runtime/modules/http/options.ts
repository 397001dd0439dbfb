/**
 * The options of `http.request` and its like, by name. A mistake in them is the program's: it is raised, with what would
 * be right.
 */
import { TableIterator } from "../../core/iterate.ts";
import { typeOf } from "../../core/metatable.ts";
import type { LuaTable } from "../../core/table.ts";
import type { LuaValue } from "../../core/value.ts";
import { readHeaders, type WantedHeader } from "./headers.ts";

const NOTHING = {
  url: undefined,
  method: undefined,
  headers: undefined,
  query: undefined,
  json: undefined,
  form: undefined,
  body: undefined,
  auth: undefined,
  timeout: undefined,
  connectTimeout: undefined,
  headersTimeout: undefined,
  readTimeout: undefined,
  redirects: undefined,
  maxBodySize: undefined,
  stream: undefined,
  decode: undefined,
  verify: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  serverName: undefined,
};

export type OptionName = keyof typeof NOTHING;

type OptionValues = Record<OptionName, LuaValue>;

const NAMES = Object.keys(NOTHING) as readonly OptionName[];

export const BODIES = ["json", "form", "body"] as const;

/** What a request is about, rather than how it is made. */
const OF_REQUEST: ReadonlySet<string> = new Set<OptionName>([
  "url",
  "method",
  "headers",
  "query",
  ...BODIES,
  "auth",
]);

export interface OptionParts {
  /** As the program gave them. */
  readonly table: LuaTable | undefined;
  /** What holds unless the table has others. */
  readonly client?: Options | undefined;
  readonly url?: string;
  readonly method?: string;
}

/** Those of a call, and behind them those of the client that it is made with. */
export class Options {
  readonly fail: (problem: string) => never;
  /** Whether one is there that changes how a request is made, beside those of the client. */
  isMadeOtherwise = false;
  private readonly values: OptionValues;
  private readonly client: Options | undefined;

  /** @param fail Raises, with what is wrong. */
  constructor({ table, client, url, method }: OptionParts, fail: (problem: string) => never) {
    this.fail = fail;
    this.client = client;
    this.values = { ...(client?.values ?? NOTHING) };
    this.values.headers = undefined;
    if (table !== undefined) this.take(table);
    if (url !== undefined) this.values.url = url;
    if (method !== undefined) this.values.method = method;
  }

  get(name: OptionName): LuaValue {
    return this.values[name];
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

  /** The names that a call has headers of hide those of its client. */
  headers(): readonly WantedHeader[] {
    const own = readHeaders(this.values.headers, this.fail);
    const others = this.client?.headers() ?? own;
    if (others.length === 0 || others === own) return own;
    const known = new Set(own.map(([name]) => name.toLowerCase()));
    return [...own, ...others.filter(([name]) => !known.has(name.toLowerCase()))];
  }

  private take(table: LuaTable): void {
    const entries = new TableIterator(table);
    while (entries.advance()) {
      const { key } = entries;
      if (typeof key !== "string" || !Object.hasOwn(NOTHING, key)) return this.failUnknown(key);
      this.values[key as OptionName] = entries.value;
      if (!OF_REQUEST.has(key)) this.isMadeOtherwise = true;
    }
  }

  private failUnknown(key: LuaValue): never {
    const shown = typeof key === "string" ? `'${key}'` : `[${typeOf(key)}]`;
    const similar = NAMES.find((name) => isAlike(name, key));
    return this.fail(
      similar === undefined
        ? `there is no option ${shown}; there are ${NAMES.join(", ")}`
        : `there is no option ${shown}; did you mean '${similar}'?`,
    );
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
