/** Modules of Node that only functions need which append events (docs/tools/lazyImports.ts). */
import * as cryptoModule from "node:crypto";

export const crypto = () => cryptoModule;
