/** What only programs need that ask other servers (docs/tools/lazyImports.ts). */
import * as http from "./http/index.ts";
import * as resty from "./http/resty/index.ts";

export const httpModule = () => http;
export const restyHttp = () => resty;
