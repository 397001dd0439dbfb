/** What only programs need that open `ngx` (docs/tools/lazyImports.ts). */
import * as http from "./http/index.ts";

export const ngxHttp = () => http;
