/** What tells the time of a place, for programs that ask for it (docs/tools/lazyImports.ts). */
import * as formatting from "./formatDate.ts";
import * as zones from "./timeZone.ts";

export const dateFormatting = () => formatting;
export const timeZones = () => zones;
