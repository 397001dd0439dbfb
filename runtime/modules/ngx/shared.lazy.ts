/** What only programs need that open `ngx` (docs/tools/lazyImports.ts). */
import * as shared from "./shared/library.ts";

export const ngxShared = () => shared;
