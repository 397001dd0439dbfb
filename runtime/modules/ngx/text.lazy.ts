/** What only programs need that open `ngx` (docs/tools/lazyImports.ts). */
import * as text from "./text/index.ts";

export const ngxText = () => text;
