/** Modules that many functions use, but few programs: only those pay for them (docs/tools/lazyImports.ts). */
import * as cjson from "./cjson.ts";
import * as flow from "./flow.ts";
import * as base64 from "./ngx/base64.ts";
import * as ngx from "./ngx/index.ts";
import * as re from "./ngx/re.ts";
import * as semaphore from "./ngx/semaphore.ts";
import * as topics from "./topics.ts";

export const cjsonModule = () => cjson;
export const flowModule = () => flow;
export const base64Module = () => base64;
export const ngxModule = () => ngx;
export const reModule = () => re;
export const semaphoreModule = () => semaphore;
export const topicsModule = () => topics;
