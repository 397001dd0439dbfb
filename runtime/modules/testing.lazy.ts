/** What only tests of a project need (docs/tools/lazyImports.ts). */
import * as testing from "./testing/index.ts";

export const theTesting = () => testing;
