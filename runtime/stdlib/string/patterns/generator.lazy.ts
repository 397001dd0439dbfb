/** Makes code of patterns that are used often: most programs end before (docs/tools/lazyImports.ts). */
import * as generator from "./generateMatcher.ts";

export const matcherGenerator = () => generator;
