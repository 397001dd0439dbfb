/** The body of a request, read by its content type. */
import { LuaTable } from "../../core/table.ts";
import { argsFrom } from "../../functions/index.ts";
import { decodeJson, JsonError } from "../../json/index.ts";
import { RequestError } from "../errors.ts";
import { parseQuery, type NamedValues } from "../query.ts";
import { boundaryOf, parseMultipart } from "./multipart.ts";

/**
 * The arguments that a body holds.
 *
 * @param contentType The header; none means JSON.
 * @param encoding The header `Content-Encoding`.
 * @throws RequestError 400 when the body isn't what the content type says, 415 for other types
 */
export function parseBody(
  body: string,
  contentType: string | undefined,
  encoding: string | undefined,
): LuaTable {
  if (body === "") return new LuaTable();
  if (encoding !== undefined && encoding !== "" && encoding.toLowerCase() !== "identity") {
    throw new RequestError(415, `unsupported content encoding: ${encoding}`);
  }
  const [mediaType = ""] = (contentType ?? "").split(";", 1);
  const type = mediaType.trim().toLowerCase();
  if (isJson(type)) return parseJson(body);
  switch (type) {
    case "application/x-www-form-urlencoded":
      return toTable(parseQuery(body));
    case "multipart/form-data":
      return toTable(parseMultipart(body, requireBoundary(contentType ?? "")));
    default:
      throw new RequestError(415, `unsupported content type: ${type}`);
  }
}

function isJson(type: string): boolean {
  return type === "" || type === "application/json" || /^[\w.-]+\/([\w.-]+\+)?json$/.test(type);
}

function parseJson(body: string): LuaTable {
  try {
    return argsFrom(decodeJson(body));
  } catch (thrown) {
    if (thrown instanceof JsonError) {
      throw new RequestError(400, `invalid JSON body: ${thrown.message}`);
    }
    throw thrown;
  }
}

function requireBoundary(contentType: string): string {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) {
    throw new RequestError(400, "invalid multipart body: the content type names no boundary");
  }
  return boundary;
}

function toTable(values: NamedValues): LuaTable {
  const table = new LuaTable();
  values.addTo(table);
  return table;
}
