/** The door to the checks of `spacer check`, for the tests of all diagnostics. */
export { checkPrograms } from "./checkPrograms.ts";
export type { Finding } from "./finding.ts";
export { ProjectChecker } from "./projectChecker.ts";
export { readProjectFiles } from "./readFiles.ts";
