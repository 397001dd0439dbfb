/** The modules that come with spacer: what `require` finds after a program's own folders. */
import type { ModuleOpener } from "../librarySet.ts";
import * as opener from "./openers.ts";

/** Modules written in TypeScript. Those written in Lua are known to the host. */
export const moduleOpeners: ReadonlyMap<string, ModuleOpener> = new Map([
  ["cjson", opener.cjson],
  ["cjson.safe", opener.cjsonSafe],
  ["db", opener.db],
  ["flow", opener.flow],
  ["http", opener.http],
  ["ngx", opener.ngx],
  ["ngx.base64", opener.ngxBase64],
  ["ngx.re", opener.ngxRe],
  ["ngx.semaphore", opener.ngxSemaphore],
  ["resty.http", opener.restyHttp],
  ["resty.aes", opener.restyAes],
  ["resty.hmac", opener.restyHmac],
  ["resty.jit-uuid", opener.restyJitUuid],
  ["resty.jwt", opener.restyJwt],
  ["resty.jwt-validators", opener.restyJwtValidators],
  ["resty.lrucache", opener.restyLrucache],
  ["resty.lrucache.pureffi", opener.restyLrucachePureffi],
  ["resty.md5", opener.restyMd5],
  ["resty.random", opener.restyRandom],
  ["resty.sha1", opener.restySha1],
  ["resty.sha224", opener.restySha224],
  ["resty.sha256", opener.restySha256],
  ["resty.sha384", opener.restySha384],
  ["resty.sha512", opener.restySha512],
  ["resty.string", opener.restyString],
  ["spacer.test", opener.spacerTest],
  ["topics", opener.topics],
  ["uuid", opener.uuid],
]);
