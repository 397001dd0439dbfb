/** Printing for debuggers, with packages that no other program needs (docs/tools/lazyImports.ts). */
import * as sourceMap from "./sourceMap.ts";
import * as treePrinter from "./treePrinter.ts";

export const theSourceMap = () => sourceMap;
export const theTreePrinter = () => treePrinter;
