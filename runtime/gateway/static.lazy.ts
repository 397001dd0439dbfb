/** What only projects need that publish folders (docs/tools/lazyImports.ts). */
import * as files from "./static/index.ts";

export const staticFiles = () => files;
