/** Modules of Node that programs without traces do without (docs/tools/lazyImports.ts). */
import * as cryptoModule from "node:crypto";

export const crypto = () => cryptoModule;
