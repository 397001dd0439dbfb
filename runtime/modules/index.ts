/** The modules that come with spacer: what `require` finds after a program's own folders. */
import type { ModuleOpener } from "../librarySet.ts";
import * as opener from "./openers.ts";

/** Modules written in TypeScript, each with what the reference says of it. Those written in Lua are known to the host. */
export const moduleOpeners: ReadonlyMap<string, ModuleOpener> = new Map([
  /** JSON, with the functions of lua-cjson. */
  ["cjson", opener.cjson],
  /** The same, but `encode` and `decode` return nil and a message where those raise errors. */
  ["cjson.safe", opener.cjsonSafe],
  /** PostgreSQL ([guide](../guide/database.md)). */
  ["db", opener.db],
  /** Calls of other functions of the project ([guide](../guide/waiting.md)). */
  ["flow", opener.flow],
  /** Requests to other servers ([guide](../guide/http.md)). */
  ["http", opener.http],
  /** Time, light threads, timers, and in functions that answer a request the request and the reply ([guide](../guide/replies.md)). In projects it is a global, too. */
  ["ngx", opener.ngx],
  /** Base64 in the alphabet of URLs. */
  ["ngx.base64", opener.ngxBase64],
  /** Splits by regular expressions; the others are in `ngx.re` of `ngx`. */
  ["ngx.re", opener.ngxRe],
  /** Semaphores ([guide](../guide/waiting.md#waiting-for-one-another)). */
  ["ngx.semaphore", opener.ngxSemaphore],
  /** Requests to other servers, with the functions of lua-resty-http ([guide](../guide/http.md)). */
  ["resty.http", opener.restyHttp],
  /** Encryption ([guide](../guide/modules.md#encryption)). */
  ["resty.aes", opener.restyAes],
  /** Signatures by a key ([guide](../guide/modules.md#digests-and-hmacs)). */
  ["resty.hmac", opener.restyHmac],
  /** The same as `uuid`. */
  ["resty.jit-uuid", opener.restyJitUuid],
  /** JSON Web Tokens ([guide](../guide/modules.md#tokens)). */
  ["resty.jwt", opener.restyJwt],
  /** What may be asked of the claims of a token. */
  ["resty.jwt-validators", opener.restyJwtValidators],
  /** A cache ([guide](../guide/modules.md#a-cache)). */
  ["resty.lrucache", opener.restyLrucache],
  /** The same as `resty.lrucache`. */
  ["resty.lrucache.pureffi", opener.restyLrucachePureffi],
  /** MD5 digests ([guide](../guide/modules.md#digests-and-hmacs)). */
  ["resty.md5", opener.restyMd5],
  /** Random bytes. */
  ["resty.random", opener.restyRandom],
  /** SHA-1 digests, with the functions of `resty.md5`. */
  ["resty.sha1", opener.restySha1],
  /** SHA-224 digests, likewise. */
  ["resty.sha224", opener.restySha224],
  /** SHA-256 digests, likewise. */
  ["resty.sha256", opener.restySha256],
  /** SHA-384 digests, likewise. */
  ["resty.sha384", opener.restySha384],
  /** SHA-512 digests, likewise. */
  ["resty.sha512", opener.restySha512],
  /** Bytes as hexadecimal digits, and numbers of texts. */
  ["resty.string", opener.restyString],
  /** In test files: the project whose tests they are, by custom as `local app = require "spacer.test"` ([guide](../guide/testing.md)). */
  ["spacer.test", opener.spacerTest],
  /** What `sse` is made of. */
  ["sse.client", opener.sseClient],
  /** Appends to topics and reads them ([guide](../guide/topics.md)). */
  ["topics", opener.topics],
  /** UUIDs ([guide](../guide/modules.md#uuids)). */
  ["uuid", opener.uuid],
]);
