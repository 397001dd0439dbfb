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

/** Modules written in TypeScript. Those written in Lua are known to the host. */
const openers: ReadonlyMap<string, ModuleOpener> = new Map([
  ["cjson", openCjson],
  ["cjson.safe", openCjsonSafe],
  ["db", (state) => dbModule().openDb(state)],
  ["flow", openFlow],
  ["http", (state) => httpModule().openHttp(state)],
  ["ngx", openNgx],
  ["ngx.base64", openBase64],
  ["ngx.re", openRe],
  ["ngx.semaphore", openSemaphore],
  ["resty.http", (state) => restyHttp().openRestyHttp(state)],
  ["resty.aes", (state) => aesModule().openAes(state)],
  ["resty.hmac", (state) => hmacModule().openHmac(state)],
  ["resty.jit-uuid", (state) => uuidModule().openUuid(state)],
  ["resty.jwt", (state) => jwtModule().openJwt(state)],
  ["resty.jwt-validators", (state) => jwtValidatorsModule().openValidators(state)],
  ["resty.lrucache", (state) => lrucacheModule().openLrucache(state)],
  ["resty.lrucache.pureffi", (state) => lrucacheModule().openLrucache(state)],
  ["resty.md5", () => digestModules().openDigest("md5")],
  ["resty.random", (state) => stringModules().openRandom(state)],
  ["resty.sha1", () => digestModules().openDigest("sha1")],
  ["resty.sha224", () => digestModules().openDigest("sha224")],
  ["resty.sha256", () => digestModules().openDigest("sha256")],
  ["resty.sha384", () => digestModules().openDigest("sha384")],
  ["resty.sha512", () => digestModules().openDigest("sha512")],
  ["resty.string", (state) => stringModules().openString(state)],
  ["spacer.test", (state) => theTesting().openTesting(state)],
  ["sse.client", () => ngxHttp().openClient()],
  ["topics", openTopics],
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
