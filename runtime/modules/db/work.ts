/** Waiting for the database: what a task waits for can be given up, when the task is stopped. */
import { current } from "../../core/current.ts";
import { runWithin, type Invocation } from "../../core/invocation.ts";
import type { Span } from "../../core/span.ts";
import type { LuaState } from "../../core/state.ts";
import { Stopped } from "../../core/stopped.ts";
import { waitUntil, type Waiter } from "../../core/suspend.ts";
import type { Results } from "../../core/value.ts";
import { DatabaseError, type OnRead, type Statement } from "../../database/database.ts";
import { beginSpan } from "../../tracing/index.ts";
import { toLuaFailure } from "./results.ts";

export interface Work {
  /** Gives what makes the results of the call. */
  readonly done: Promise<() => Results>;
  /** Nobody waits for it any more. */
  readonly cancel: () => void;
}

/** @param begin Is called when the running code has been left. */
export function waitForWork(begin: () => Work): Results {
  const { state, invocation } = current;
  return waitUntil((waiter) => {
    const { done, cancel } = begin();
    done.then(
      (make) => {
        wake(waiter, { state, invocation }, make);
      },
      (error: unknown) => {
        waiter.fail(error);
      },
    );
    return cancel;
  });
}

interface Owner {
  readonly state: LuaState;
  readonly invocation: Invocation | undefined;
}

/** Values are made on the budget of the invocation. */
function wake(waiter: Waiter, { state, invocation }: Owner, make: () => Results): void {
  let results: Results;
  try {
    results = state.enter(() => runWithin(invocation, make));
  } catch (thrown) {
    if (thrown instanceof Stopped && invocation !== undefined) invocation.endWaiting(thrown.reason);
    else waiter.fail(thrown);
    return;
  }
  waiter.wake(results);
}

/** Reading what the database sends is charged to who asked for it: else a large result is read to its end, whatever the budget. */
export function chargeFor(invocation: Invocation | undefined): OnRead | undefined {
  if (invocation?.isLimited !== true) return undefined;
  return (cpuMs) => {
    invocation.chargeWaiting(cpuMs);
  };
}

/** The results of a call for which the database had an error. @throws what is no such error */
export function failureOf(thrown: unknown): () => Results {
  if (thrown instanceof DatabaseError) return () => toLuaFailure(thrown);
  throw thrown;
}

/** Commands that a trace tells apart; of all others it says "QUERY", because they may begin with anything. */
const COMMANDS = new Set(
  "SELECT INSERT UPDATE DELETE MERGE WITH VALUES BEGIN COMMIT ROLLBACK SAVEPOINT RELEASE CREATE ALTER DROP DECLARE FETCH CLOSE CALL".split(
    " ",
  ),
);

/** Begins the span of a statement. Of its text it tells no more than the first word. */
export function beginQuerySpan(
  invocation: Invocation | undefined,
  { text }: Statement,
): Span | undefined {
  if (invocation?.span === undefined) return undefined;
  const [word = ""] = /[A-Za-z]+/.exec(text.slice(0, 100)) ?? [];
  const command = word.toUpperCase();
  const method = COMMANDS.has(command) ? command : "QUERY";
  return beginSpan(invocation, { method, path: "/db", name: "db.query" });
}

/** What HTTP would say. */
export function statusOf(thrown: unknown): number {
  if (!(thrown instanceof DatabaseError)) return 500;
  const { code = "" } = thrown.details;
  if (code === "57014") return 408;
  return /^(?:08|53|57P)/.test(code) ? 503 : 400;
}
