/**
 * What opens each module that is written in TypeScript, by a name of its own (`openerName`), so that a bundle has only those
 * that it names.
 */
import type { ModuleOpener } from "../librarySet.ts";
import {
  base64Module,
  cjsonModule,
  flowModule,
  ngxModule,
  reModule,
  semaphoreModule,
  topicsModule,
} from "./common.lazy.ts";
import { dbModule } from "./db.lazy.ts";
import { httpModule, restyHttp as restyHttpModule } from "./http.lazy.ts";
import { ngxHttp } from "./ngx/http.lazy.ts";
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

export const cjson: ModuleOpener = (state) => cjsonModule().openCjson(state);
export const cjsonSafe: ModuleOpener = (state) => cjsonModule().openCjsonSafe(state);
export const db: ModuleOpener = (state) => dbModule().openDb(state);
export const flow: ModuleOpener = (state) => flowModule().openFlow(state);
export const http: ModuleOpener = (state) => httpModule().openHttp(state);
export const ngx: ModuleOpener = (state) => ngxModule().openNgx(state);
export const ngxBase64: ModuleOpener = (state) => base64Module().openBase64(state);
export const ngxRe: ModuleOpener = (state) => reModule().openRe(state);
export const ngxSemaphore: ModuleOpener = (state) => semaphoreModule().openSemaphore(state);
export const restyHttp: ModuleOpener = (state) => restyHttpModule().openRestyHttp(state);
export const restyAes: ModuleOpener = (state) => aesModule().openAes(state);
export const restyHmac: ModuleOpener = (state) => hmacModule().openHmac(state);
export const restyJitUuid: ModuleOpener = (state) => uuidModule().openUuid(state);
export const restyJwt: ModuleOpener = (state) => jwtModule().openJwt(state);
export const restyJwtValidators: ModuleOpener = (state) =>
  jwtValidatorsModule().openValidators(state);
export const restyLrucache: ModuleOpener = (state) => lrucacheModule().openLrucache(state);
export const restyLrucachePureffi: ModuleOpener = (state) => lrucacheModule().openLrucache(state);
export const restyMd5: ModuleOpener = () => digestModules().openDigest("md5");
export const restyRandom: ModuleOpener = (state) => stringModules().openRandom(state);
export const restySha1: ModuleOpener = () => digestModules().openDigest("sha1");
export const restySha224: ModuleOpener = () => digestModules().openDigest("sha224");
export const restySha256: ModuleOpener = () => digestModules().openDigest("sha256");
export const restySha384: ModuleOpener = () => digestModules().openDigest("sha384");
export const restySha512: ModuleOpener = () => digestModules().openDigest("sha512");
export const restyString: ModuleOpener = (state) => stringModules().openString(state);
export const spacerTest: ModuleOpener = (state) => theTesting().openTesting(state);
export const sseClient: ModuleOpener = () => ngxHttp().openClient();
export const topics: ModuleOpener = (state) => topicsModule().openTopics(state);
export const uuid: ModuleOpener = (state) => uuidModule().openUuid(state);
