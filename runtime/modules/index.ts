/** The modules that come with spacer: what `require` finds after a program's own folders. */
import type { LuaState } from "../core/state.ts";
import type { LuaFunction, LuaValue } from "../core/value.ts";
import { defineBuiltin } from "../stdlib/library.ts";
import { openCjson, openCjsonSafe } from "./cjson.ts";
import { dbModule } from "./db.lazy.ts";
import { openFlow } from "./flow.ts";
import { httpModule, restyHttp } from "./http.lazy.ts";
import { openBase64 } from "./ngx/base64.ts";
import { ngxHttp } from "./ngx/http.lazy.ts";
import { openNgx } from "./ngx/index.ts";
import { openRe } from "./ngx/re.ts";
import { openSemaphore } from "./ngx/semaphore.ts";
import { adviceOnModule } from "./notOffered.ts";
import {
  aesModule,
  digestModules,
  hmacModule,
  jwtModule,
  jwtValidatorsModule,
  lrucacheModule,
  stringModules,
  uuidModule,
} from "./optional.lazy.ts";
import { theTesting } from "./testing.lazy.ts";
import { openTopics } from "./topics.ts";

/** Makes what `require` returns. Called once per state. */
export type ModuleOpener = (state: LuaState) => LuaValue;

/** Modules written in TypeScript, each with what the reference says of it. Those written in Lua are known to the host. */
const openers: ReadonlyMap<string, ModuleOpener> = new Map([
  /** JSON, with the functions of lua-cjson. */
  ["cjson", openCjson],
  /** The same, but `encode` and `decode` return nil and a message where those raise errors. */
  ["cjson.safe", openCjsonSafe],
  /** PostgreSQL ([guide](../guide/database.md)). */
  ["db", (state) => dbModule().openDb(state)],
  /** Calls of other functions of the project ([guide](../guide/waiting.md)). */
  ["flow", openFlow],
  /** Requests to other servers ([guide](../guide/http.md)). */
  ["http", (state) => httpModule().openHttp(state)],
  /** Time, light threads, timers, and in functions that answer a request the request and the reply ([guide](../guide/replies.md)). In projects it is a global, too. */
  ["ngx", openNgx],
  /** Base64 in the alphabet of URLs. */
  ["ngx.base64", openBase64],
  /** Splits by regular expressions; the others are in `ngx.re` of `ngx`. */
  ["ngx.re", openRe],
  /** Semaphores ([guide](../guide/waiting.md#waiting-for-one-another)). */
  ["ngx.semaphore", openSemaphore],
  /** Requests to other servers, with the functions of lua-resty-http ([guide](../guide/http.md)). */
  ["resty.http", (state) => restyHttp().openRestyHttp(state)],
  /** Encryption ([guide](../guide/modules.md#encryption)). */
  ["resty.aes", (state) => aesModule().openAes(state)],
  /** Signatures by a key ([guide](../guide/modules.md#digests-and-hmacs)). */
  ["resty.hmac", (state) => hmacModule().openHmac(state)],
  /** The same as `uuid`. */
  ["resty.jit-uuid", (state) => uuidModule().openUuid(state)],
  /** JSON Web Tokens ([guide](../guide/modules.md#tokens)). */
  ["resty.jwt", (state) => jwtModule().openJwt(state)],
  /** What may be asked of the claims of a token. */
  ["resty.jwt-validators", (state) => jwtValidatorsModule().openValidators(state)],
  /** A cache ([guide](../guide/modules.md#a-cache)). */
  ["resty.lrucache", (state) => lrucacheModule().openLrucache(state)],
  /** The same as `resty.lrucache`. */
  ["resty.lrucache.pureffi", (state) => lrucacheModule().openLrucache(state)],
  /** MD5 digests ([guide](../guide/modules.md#digests-and-hmacs)). */
  ["resty.md5", () => digestModules().openDigest("md5")],
  /** Random bytes. */
  ["resty.random", (state) => stringModules().openRandom(state)],
  /** SHA-1 digests, with the functions of `resty.md5`. */
  ["resty.sha1", () => digestModules().openDigest("sha1")],
  /** SHA-224 digests, likewise. */
  ["resty.sha224", () => digestModules().openDigest("sha224")],
  /** SHA-256 digests, likewise. */
  ["resty.sha256", () => digestModules().openDigest("sha256")],
  /** SHA-384 digests, likewise. */
  ["resty.sha384", () => digestModules().openDigest("sha384")],
  /** SHA-512 digests, likewise. */
  ["resty.sha512", () => digestModules().openDigest("sha512")],
  /** Bytes as hexadecimal digits, and numbers of texts. */
  ["resty.string", (state) => stringModules().openString(state)],
  /** In test files: the project whose tests they are, by custom as `local app = require "spacer.test"` ([guide](../guide/testing.md)). */
  ["spacer.test", (state) => theTesting().openTesting(state)],
  /** What `sse` is made of. */
  ["sse.client", () => ngxHttp().openClient()],
  /** Appends to topics and reads them ([guide](../guide/topics.md)). */
  ["topics", openTopics],
  /** UUIDs ([guide](../guide/modules.md#uuids)). */
  ["uuid", (state) => uuidModule().openUuid(state)],
]);

/**
 * The loader of a module that comes with spacer; for one that programs look for in vain what to use in its
 * place, as a loader says it; `undefined` for any other name.
 */
export function findBuiltinModule(state: LuaState, name: string): LuaFunction | string | undefined {
  const open = openers.get(name);
  if (open !== undefined) return defineBuiltin("module", () => open(state));
  const source = state.host.builtinModuleSource(name);
  if (source !== undefined) return state.load(source, `=[builtin ${name}]`);
  const advice = adviceOnModule(name);
  return advice === undefined ? undefined : `\n\t${advice}`;
}
