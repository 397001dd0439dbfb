/** Reads lines until they are something that can be run. */
import type { LuaFunction } from "../../runtime/index.ts";
import { isLuaSyntaxError } from "../compile.ts";
import { DISCARDED, type LineSource } from "./lineSource.ts";

export interface StatementReader {
  readonly source: LineSource;
  /** What to ask for a line with, in bytes. */
  prompt(isFirst: boolean): string;
  /**
   * Compiles a chunk.
   *
   * @throws LuaSyntaxError
   */
  readonly load: (text: string) => LuaFunction;
  /** Whether expressions need no `=` in front. */
  readonly takesExpressions: boolean;
}

export type Statement =
  | { readonly kind: "chunk"; readonly main: LuaFunction }
  /** A list of expressions; `main` returns nil before their values. */
  | { readonly kind: "expressions"; readonly main: LuaFunction }
  | { readonly kind: "wrong"; readonly message: string }
  /** Nothing, or nothing that is wanted. */
  | { readonly kind: "empty" };

/** @returns `undefined` at the end of the input. */
export async function readStatement(reader: StatementReader): Promise<Statement | undefined> {
  const { source } = reader;
  let typed = await source.readLine(reader.prompt(true));
  for (;;) {
    if (typed === undefined) return undefined;
    if (typed === DISCARDED) return { kind: "empty" };
    const statement = load(typed, reader);
    if (statement !== undefined) {
      source.remember(typed);
      return typed === "" ? { kind: "empty" } : statement;
    }
    const line = await source.readLine(reader.prompt(false));
    typed = typeof line === "string" ? `${typed}\n${line}` : line;
  }
}

/** @returns `undefined` when more is to come. */
function load(typed: string, { load, takesExpressions }: StatementReader): Statement | undefined {
  if (typed.startsWith("=")) {
    const list = typed.slice(1);
    const expressions = takesExpressions ? attemptExpressions(list, load) : undefined;
    // The list may be empty.
    return expressions ?? attempt(`return ${list}`, load);
  }
  const statement = attempt(typed, load);
  if (!takesExpressions) return statement;
  const expressions = attemptExpressions(typed, load);
  // A call is both, and its results are wanted.
  if (expressions?.kind === "expressions") return expressions;
  if (statement?.kind === "chunk") return statement;
  return expressions === undefined ? undefined : statement;
}

/** Behind another value a call is no tail call, which would have lost its place by the time it fails. */
function attemptExpressions(list: string, load: StatementReader["load"]): Statement | undefined {
  const attempted = attempt(`return nil, ${list}`, load);
  return attempted?.kind === "chunk" ? { ...attempted, kind: "expressions" } : attempted;
}

function attempt(text: string, load: StatementReader["load"]): Statement | undefined {
  try {
    return { kind: "chunk", main: load(text) };
  } catch (thrown) {
    if (!isLuaSyntaxError(thrown)) throw thrown;
    const { message } = thrown;
    return message.endsWith("'<eof>'") ? undefined : { kind: "wrong", message };
  }
}
