import { callerError, checkTable } from "../arguments.ts";
import { defineBuiltin } from "../library.ts";

/** Only says that it is obsolete. @available 5.1 @signature (list, length) @manual 7.2 */
export const setn = defineBuiltin("table.setn", (list) => {
  checkTable(list, 1);
  return callerError("'setn' is obsolete");
});
