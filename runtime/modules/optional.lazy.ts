/**
 * Modules that only those programs pay for that require them (docs/tools/lazyImports.ts). A bundle that requires none of these
 * leaves the file out whole (cli/build/targets/absentModules.ts): what is no module of this kind is in common.lazy.ts.
 */
import * as uuid from "./uuid.ts";
import * as aes from "./resty/aes.ts";
import * as digests from "./resty/digests.ts";
import * as hmac from "./resty/hmac.ts";
import * as jwt from "./resty/jwt/index.ts";
import * as jwtValidators from "./resty/jwt/validators.ts";
import * as lrucache from "./resty/lrucache.ts";
import * as string from "./resty/string.ts";

export const uuidModule = () => uuid;
export const aesModule = () => aes;
export const digestModules = () => digests;
export const hmacModule = () => hmac;
export const jwtModule = () => jwt;
export const jwtValidatorsModule = () => jwtValidators;
export const lrucacheModule = () => lrucache;
export const stringModules = () => string;
