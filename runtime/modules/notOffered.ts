/**
 * What programs for OpenResty may look for and do not find, and what to use in its place. `require` says so, and
 * functions of `ngx` that are called; `spacer check` tells it beforehand (compiler/generated/libraries.ts).
 */
import type { LuaTable } from "../core/table.ts";
import { callerError } from "../stdlib/arguments.ts";
import { defineBuiltin, libraryTable } from "../stdlib/library.ts";

/** By name; a name that ends with a dot stands for all that begin with it. */
export const notOfferedModules: ReadonlyMap<string, string> = new Map([
  ["ffi", "functions of C can't be called; what spacer has itself is in the modules reference"],
  ["jit.p", "use the command 'spacer inspect'"],
  ["jit.profile", "use the command 'spacer inspect'"],
  ["lfs", "functions have no use for folders; files are read with 'io'"],
  ["luasql.", "use the module 'db'"],
  ["ngx.balancer", "spacer is no proxy: put one in front of it"],
  ["ngx.pipe", "other programs can't be started by functions"],
  ["ngx.process", "processes are the affair of 'spacer start'"],
  ["ngx.ssl", "put a proxy that speaks TLS in front of spacer"],
  ["ngx.ssl.", "put a proxy that speaks TLS in front of spacer"],
  ["pgmoon", "use the module 'db'"],
  ["resty.core.", "all of it is there without"],
  ["resty.evp", "use the module 'resty.jwt', 'resty.hmac' or 'resty.aes'"],
  ["resty.http_", "use the module 'http' or 'resty.http'"],
  ["resty.kafka.", "use the module 'topics', and Kafka as its driver"],
  ["resty.memcached", "use 'ngx.shared' or the module 'db'"],
  ["resty.mysql", "use the module 'db', which speaks to PostgreSQL"],
  ["resty.openssl.", "use the module 'resty.jwt', 'resty.hmac' or 'resty.aes'"],
  ["resty.postgres", "use the module 'db'"],
  ["resty.redis", "use 'ngx.shared' or the module 'db'; for queues the module 'topics'"],
  ["resty.requests", "use the module 'http'"],
  ["resty.rsa", "use the module 'resty.jwt', or 'resty.aes' to encrypt"],
  ["resty.upload", "read the body with 'ngx.req.get_body_data'"],
  ["resty.websocket.", "replies are HTTP: stream with 'ngx.print' and 'ngx.flush'"],
  ["socket", "use the module 'http', or 'ngx.sleep' and 'ngx.now' for times"],
  ["socket.", "use the module 'http'"],
  ["ssl.https", "use the module 'http'"],
]);

/** Functions of `ngx`. */
export const notOfferedFunctions: ReadonlyMap<string, string> = new Map([
  ["exec", "use 'flow.call', or 'ngx.location.capture'"],
  ["socket.connect", "use the module 'http' or 'db'"],
  ["socket.stream", "use the module 'http' or 'db'"],
  ["socket.tcp", "use the module 'http' or 'db'"],
  ["socket.udp", "use the module 'http' or 'db'"],
]);

/** What to say of a module that is not offered; `undefined` for any other name. */
export function adviceOnModule(name: string): string | undefined {
  const [advice] = [...notOfferedModules].flatMap(([each, text]) =>
    name === each || (/[._]$/.test(each) && name.startsWith(each)) ? [text] : [],
  );
  return advice === undefined ? undefined : `spacer does not offer '${name}': ${advice}`;
}

/** Those functions of `ngx` that are directly in it, or in one of its tables: all they do is to raise an error. */
export function addNotOffered(ngx: LuaTable, libraries: ReadonlyMap<string, LuaTable>): void {
  for (const [name, advice] of notOfferedFunctions) {
    const [library = "", field] = name.split(".");
    const text = `spacer does not offer 'ngx.${name}': ${advice}`;
    const refuse = defineBuiltin(`ngx.${name}`, () => callerError(text));
    if (field === undefined) ngx.setString(library, refuse);
    else libraries.get(library)?.setString(field, refuse);
  }
}

/** The table of a library of which nothing is offered. */
export function emptyLibrary(): LuaTable {
  return libraryTable({ functions: {} });
}
