/** What stands in a bundle for a part of spacer that it does not have (build/lazyParts.ts). */
import { UserError } from "../errors.ts";

/** @throws UserError always */
export function absentPart(message: string, hint: string): never {
  throw new UserError(message, hint);
}
