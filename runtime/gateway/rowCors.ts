/** `cors` of a row of the gateway file: which pages of other origins may read the replies of that route. */
import { typeOf } from "../core/metatable.ts";
import { TableIterator } from "../core/iterate.ts";
import { LuaTable } from "../core/table.ts";
import { plainText } from "../core/toText.ts";
import type { LuaValue } from "../core/value.ts";
import type { CorsRules } from "./cors.ts";
import type { Method } from "./routes.ts";

/** Rules in place of those of the settings, or none. */
export type RowCors = CorsRules | "none";

const FIELDS = ["origins", "headers", "credentials", "maxAge"] as const;

const EXAMPLE = 'cors = {origins = {"https://shop.example"}}';

/** As `gateway.cors` in the settings has them (cli/corsConfig.ts): what reads those must not load the gateway. */
const ORIGIN = /^(?:\*|null|[a-z][a-z0-9+.-]*:\/\/[^/?#@\s*A-Z]+)$/;
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Raises what is wrong with a row. */
type Refuse = (problem: string) => never;

/**
 * @param value false, origins, or a table with the fields above.
 * @param method Of the row.
 * @returns `undefined` when the row says nothing.
 */
export function readRowCors(
  value: LuaValue,
  method: Method | "ANY",
  refuse: Refuse,
): RowCors | undefined {
  if (value === undefined) return undefined;
  if (value === false) return "none";
  const isTable = value instanceof LuaTable;
  const fields = isTable && value.getNumber(1) === undefined ? value : undefined;
  if (fields !== undefined) refuseUnknown(fields, refuse);
  const origins = readOrigins(fields === undefined ? value : fields.getString("origins"), refuse);
  const others = readOthers(fields, refuse);
  if (origins === "*" && others.credentials) {
    return refuse(
      "has credentials for all origins in 'cors': every page in the world could act in the name of your users; list the origins",
    );
  }
  return { origins, methods: methodsOf(method), ...others };
}

function readOrigins(value: LuaValue, refuse: Refuse): CorsRules["origins"] {
  const origins = readTexts(value);
  if (origins === undefined) {
    return refuse(`has no origins in 'cors'; write ${EXAMPLE}, or cors = false`);
  }
  const wrong = origins.find((origin) => !ORIGIN.test(origin));
  if (wrong === undefined) return origins.includes("*") ? "*" : origins;
  return refuse(
    `has '${wrong}' in 'cors', which is no origin; write it as in https://example.org, in small letters and without a path`,
  );
}

function refuseUnknown(fields: LuaTable, refuse: Refuse): void {
  for (const walk = new TableIterator(fields); walk.advance();) {
    const { key } = walk;
    if (typeof key === "string" && FIELDS.some((name) => name === key)) continue;
    refuse(`has the unknown field '${plainText(key)}' in 'cors'; there are ${FIELDS.join(", ")}`);
  }
}

function readOthers(
  fields: LuaTable | undefined,
  refuse: Refuse,
): Pick<CorsRules, "headers" | "credentials" | "maxAgeSeconds"> {
  const headers = fields?.getString("headers");
  const names = headers === undefined ? undefined : readTexts(headers);
  if (headers !== undefined && names?.every((name) => HEADER.test(name)) !== true) {
    return refuse(
      "has 'headers' in 'cors' that are no names of headers; write headers = {\"x-token\"}",
    );
  }
  const credentials = fields?.getString("credentials") ?? false;
  if (typeof credentials !== "boolean") {
    return refuse(`has a ${typeOf(credentials)} as 'credentials' in 'cors'; write true or false`);
  }
  const maxAge = fields?.getString("maxAge");
  if (maxAge !== undefined && !(typeof maxAge === "number" && maxAge >= 0 && maxAge <= MAX_AGE)) {
    return refuse("has a 'maxAge' in 'cors' that is no number of seconds; write maxAge = 600");
  }
  return {
    headers: names,
    credentials,
    maxAgeSeconds: maxAge === undefined ? undefined : Math.round(maxAge),
  };
}

/** A day; browsers keep nothing for longer. */
const MAX_AGE = 86_400;

/** A text, or a list of such. */
function readTexts(value: LuaValue): string[] | undefined {
  if (typeof value === "string") return [value];
  if (!(value instanceof LuaTable) || value.array.length === 0) return undefined;
  return value.array.every((each) => typeof each === "string")
    ? value.array.map(plainText)
    : undefined;
}

/** Those that lead to a row. */
function methodsOf(method: Method | "ANY"): readonly string[] {
  if (method === "ANY") return ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
  return method === "GET" ? ["GET", "HEAD"] : [method];
}
