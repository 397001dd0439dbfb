/** What only programs need that use patterns of PCRE (docs/tools/lazyImports.ts). */
import * as re from "./re/index.ts";

export const ngxRe = () => re;
