/** OpenSSL, by way of Node: loading it takes milliseconds (docs/tools/lazyImports.ts). */
import * as cryptoModule from "node:crypto";

export const nodeCrypto = () => cryptoModule;
