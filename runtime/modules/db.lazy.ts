/** What only programs need that use the database (docs/tools/lazyImports.ts). */
import * as db from "./db/index.ts";

export const dbModule = () => db;
