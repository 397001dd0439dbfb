/** What stands in a bundle for a part of spacer that its project did not use when it was built. */
import { UserError } from "../errors.ts";

/** @param what As in "topics". @throws UserError always */
export function absentPart(what: string): never {
  throw new UserError(
    `this bundle was built without ${what}, which its project did not use then`,
    "change the settings of the project rather than environment variables, and build it again",
  );
}
