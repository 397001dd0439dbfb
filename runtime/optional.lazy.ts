/** Libraries that only those programs pay for that use them (docs/tools/lazyImports.ts). */
import * as puc51Helpers from "./helpers/puc51.ts";
import * as buffer from "./stdlib/buffer/index.ts";
import * as puc51 from "./stdlib/puc51/index.ts";

export const bufferLibrary = () => buffer;
export const puc51Libraries = () => puc51;
export const thePuc51Helpers = () => puc51Helpers;
