/** Reads `app/gateway.lua`: the list of routes that `require "gateway"` gives. */
import { TableIterator } from "../core/iterate.ts";
import { typeOf } from "../core/metatable.ts";
import type { LuaState } from "../core/state.ts";
import { LuaTable } from "../core/table.ts";
import { plainText } from "../core/toText.ts";
import type { LuaValue } from "../core/value.ts";
import { functionsOf } from "../functions/index.ts";
import { toUnicode } from "./bytes.ts";
import { GatewayError } from "./errors.ts";
import type { Hooks } from "./hooks.ts";
import { parseRow, type Route } from "./routes.ts";
import { readRowCors } from "./rowCors.ts";

const FILE = "app/gateway.lua";
const EXAMPLE = '{"GET", "/path", "function name"}';

/**
 * The routes of a project, in the order of their rows.
 *
 * @throws GatewayError "gateway-missing", "gateway-failed", "gateway-invalid"
 */
export async function readGatewayFile(state: LuaState): Promise<readonly Route[]> {
  const rows = await loadRows(state);
  if (!(rows instanceof LuaTable)) {
    throw invalid(`it must return a list of routes such as ${EXAMPLE}, not a ${typeOf(rows)}`);
  }
  const routes: Route[] = [];
  for (const walk = new TableIterator(rows); walk.advance();) {
    if (typeof walk.key !== "number") {
      throw invalid(`it must return a list of routes; '${plainText(walk.key)}' is no row number`);
    }
    routes.push(readRow(walk.key, walk.value));
  }
  routes.sort((left, right) => left.row - right.row);
  refuseDuplicates(routes);
  return routes;
}

async function loadRows(state: LuaState): Promise<LuaValue> {
  const outcome = await functionsOf(state).load("gateway");
  switch (outcome.kind) {
    case "missing":
      throw new GatewayError(
        "gateway-missing",
        `${FILE} is missing: it returns the list of routes, such as {${EXAMPLE}}`,
      );
    case "failed":
      throw new GatewayError("gateway-failed", toUnicode(plainText(outcome.error.value)), {
        cause: outcome.error,
      });
    case "value":
      return outcome.value;
  }
}

function readRow(row: number, value: LuaValue): Route {
  if (!(value instanceof LuaTable)) {
    throw invalidRow(row, `is a ${typeOf(value)}; write ${EXAMPLE}`);
  }
  const [method, path, functionName] = [1, 2, 3].map((index) => value.getNumber(index));
  if (typeof method !== "string") throw invalidRow(row, missingPart("method", 1, method));
  if (typeof path !== "string") throw invalidRow(row, missingPart("path", 2, path));
  if (typeof functionName !== "string" || functionName === "") {
    throw invalidRow(row, missingPart("function name", 3, functionName));
  }
  const parsed = parseRow(method, path);
  if (typeof parsed === "string") throw invalidRow(row, parsed);
  refuseUnknown(row, value);
  const cors = readRowCors(value.getString("cors"), parsed.method, (problem) => {
    throw invalidRow(row, problem);
  });
  return { row, path, functionName, hooks: readHooks(row, value), cors, ...parsed };
}

const HOOK_NAMES = ["before", "after"] as const;
const FIELD_NAMES = [...HOOK_NAMES, "cors"] as const;

/** What a row may have by name. A misspelled one might be what keeps strangers out. */
function refuseUnknown(row: number, cells: LuaTable): void {
  for (const walk = new TableIterator(cells); walk.advance();) {
    const { key } = walk;
    if (typeof key === "number") continue;
    if (typeof key === "string" && FIELD_NAMES.some((name) => name === key)) continue;
    const known = "beside method, path and function name it may have 'before', 'after' and 'cors'";
    throw invalidRow(row, `has the unknown field '${plainText(key)}'; ${known}`);
  }
}

function readHooks(row: number, cells: LuaTable): Hooks | undefined {
  const [before, after] = HOOK_NAMES.map((name) => readNames(row, name, cells.getString(name)));
  if (before === undefined || after === undefined) return undefined;
  return before.length + after.length === 0 ? undefined : { before, after };
}

/** The name of a function, or a list of such. */
function readNames(row: number, field: string, value: LuaValue): string[] {
  if (value === undefined) return [];
  if (typeof value === "string" && value !== "") return [value];
  const isList = value instanceof LuaTable;
  const names = isList ? value.array : [];
  const isRight = names.every((name) => typeof name === "string" && name !== "");
  if (names.length > 0 && isRight) return names.map(plainText);
  throw invalidRow(row, `has no function name in '${field}'; write ${field} = "auth", or a list`);
}

function missingPart(name: string, place: number, value: LuaValue): string {
  const found = value === undefined ? "is missing" : `is ${describe(value)}`;
  return `has no ${name} (value ${String(place)} ${found}); write ${EXAMPLE}`;
}

function describe(value: LuaValue): string {
  return value === "" ? "empty" : `a ${typeOf(value)}`;
}

/** Two rows for the same requests: one of them could never be reached. */
function refuseDuplicates(routes: readonly Route[]): void {
  const rows = new Map<string, number>();
  for (const { row, method, url } of routes) {
    const requests = `${method} ${url}`;
    const earlier = rows.get(requests);
    if (earlier !== undefined) {
      throw invalidRow(row, `matches the same requests as row ${String(earlier)}; remove one`);
    }
    rows.set(requests, row);
  }
}

function invalidRow(row: number, problem: string): GatewayError {
  return invalid(`row ${String(row)} ${problem}`);
}

function invalid(problem: string): GatewayError {
  return new GatewayError("gateway-invalid", toUnicode(`${FILE}: ${problem}`));
}
