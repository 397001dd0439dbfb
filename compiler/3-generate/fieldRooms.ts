/**
 * Room in tables that begin as empty ones for fields that they get later (2-analyze/findLaterFields.ts), behind the
 * statement that gives them the last of their first fields:
 *
 *     if (self !== undefined && self.fields !== undefined && $canSetField(self)) {
 *       if (self.fields.left === undefined) self.fields.left = undefined;
 *     }
 *
 * A field that is `undefined` is absent, so that nothing shows it but the hidden class.
 */
import type { Statement } from "../ast.ts";
import { isBoxed } from "../2-analyze/index.ts";
import type { FunctionContext } from "./context.ts";
import {
  and,
  assignStatement,
  binary,
  block,
  call,
  identifier,
  ifStatement,
  isNil,
  member,
  UNDEFINED,
} from "./estree.ts";
import { isFieldName, isPlainFieldName } from "./fieldKeys.ts";

export function pushFieldRoom(statement: Statement, context: FunctionContext): void {
  const { analysis, isForDebugger } = context.module;
  const room = analysis.fieldRooms.get(statement);
  if (room === undefined || isForDebugger || context.access !== undefined) return;
  const variable = analysis.variables.get(room.name);
  const names = room.fields.filter((name) => isFieldName(name) && isPlainFieldName(name));
  if (variable === undefined || isBoxed(variable) || names.length === 0) return;
  const table = identifier(context.nameOf(variable));
  const fields = member(table, "fields");
  const test = and(
    binary("!==", table, UNDEFINED),
    binary("!==", fields, UNDEFINED),
    call(context.helper("canSetField"), table),
  );
  const stores = names.map((name) => {
    context.module.fieldNames.add(name);
    const field = member(fields, name);
    return ifStatement(isNil(field), assignStatement(field, UNDEFINED));
  });
  context.push(ifStatement(test, block(stores)));
}
