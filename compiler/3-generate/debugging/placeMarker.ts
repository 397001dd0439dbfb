/** For debuggers: marks emitted statements with the place in Lua that they stem from. */
import type { JsStatement, LuaPlace } from "../estree.ts";

export class PlaceMarker {
  /** Of the Lua statement that is being emitted. */
  place: LuaPlace | undefined = undefined;
  /** Whether nothing was marked with that place so far. */
  private isNew = false;

  /** Runs an emitter of a Lua statement, or of a part of one that debuggers are to stop at. */
  at<Result>(
    node: { readonly line: number; readonly span: { readonly start: number } },
    run: () => Result,
  ): Result {
    const { place } = this;
    this.place = { offset: node.span.start, line: node.line };
    this.isNew = true;
    const result = run();
    this.place = place;
    this.isNew = false;
    return result;
  }

  /** One that was marked before keeps its place: that of a statement inside the statement. */
  mark(statement: JsStatement): void {
    const { place } = this;
    if (place === undefined || statement.luaPlace !== undefined) return;
    // Whatever of a statement is evaluated first, a breakpoint is set in its first line.
    const isFurther = statement.type === "Sited" && !this.isNew;
    statement.luaPlace = isFurther ? { ...place, line: statement.site.line } : place;
    this.isNew = false;
  }
}
