/** Sending a request on behalf of running Lua code, which waits for the response. */
import { ALARM, alarm, checkpoint } from "../../core/budget.ts";
import { first, NONE, type Pending } from "../../core/call.ts";
import { current } from "../../core/current.ts";
import { typeOf } from "../../core/metatable.ts";
import { numberToString } from "../../core/number.ts";
import { BuiltinFrame, firstOf, leave, type ResumeCode } from "../../core/frames.ts";
import { checkYieldable, waitUntil, type Waiter } from "../../core/suspend.ts";
import type { LuaState } from "../../core/state.ts";
import type { Task } from "../../core/task.ts";
import type { LuaFunction, LuaValue, Results } from "../../core/value.ts";
import { callerError } from "../../stdlib/arguments.ts";
import { originOf } from "../../topics/origin.ts";
import { entryOf } from "../ngx/entry.ts";
import { clientOf } from "./client.ts";
import type { Wanted } from "./wanted.ts";
import { BodyFeed } from "./wire/bodyFeed.ts";
import type { Call } from "./wire/call.ts";
import { Failure } from "./wire/failure.ts";
import type { CallEnd, Response } from "./wire/outcome.ts";
import type { ConnectionPool } from "./wire/pool.ts";

/** Makes results of what became of a request. Is called while the caller's state runs. */
export type Finish = (outcome: Response | Failure) => Results;

/** What changes nothing at the other side (RFC 9110, 9.2.1). */
const SAFE = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** As `topics.append`, which then stores nothing, but there is no response to make up. */
const HELD = new Failure("held", "not sent: this replay is to change nothing");

type Connections = Pick<ConnectionPool, "ask" | "release">;

/**
 * @param code Of the builtin that sends it.
 * @param pool Where its connections come from, if not from those that all share.
 */
export function send(
  { plan, produce }: Wanted,
  code: ResumeCode,
  finish: Finish,
  pool?: Connections,
): Results {
  checkYieldable(undefined);
  const { state, task, invocation } = current;
  if (originOf(invocation)?.isHeldBack === true && !SAFE.has(plan.method)) return finish(HELD);
  // Whoever waits no longer runs when the request is made.
  const origin = { invocation, pool };
  const client = clientOf(state);
  const finishIn = plan.isStreamed ? closingWithTask(finish, task) : finish;
  if (produce !== undefined && plan.body instanceof BodyFeed) {
    return new Sending(code, {
      produce,
      feed: plan.body,
      finish: finishIn,
      makeCall: (end) => client.call(plan, end, origin),
    }).begin();
  }
  return waitUntil((waiter) => {
    const call = client.call(plan, new Awaited(waiter, state, finishIn), origin);
    call.start();
    return () => {
      call.abort();
    };
  });
}

/** Wakes who waits for a response. */
class Awaited implements CallEnd {
  private readonly waiter: Waiter;
  private readonly state: LuaState;
  private readonly finish: Finish;

  constructor(waiter: Waiter, state: LuaState, finish: Finish) {
    this.waiter = waiter;
    this.state = state;
    this.finish = finish;
  }

  answered(response: Response): void {
    this.wake(response);
  }

  failed(failure: Failure): void {
    this.wake(failure);
  }

  broke(bug: unknown): void {
    this.waiter.fail(bug);
  }

  private wake(outcome: Response | Failure): void {
    this.waiter.wake(this.state.enter(() => this.finish(outcome)));
  }
}

function closingWithTask(finish: Finish, task: Task | undefined): Finish {
  return (outcome) => {
    if (!(outcome instanceof Failure)) closeWithTask(outcome, task);
    return finish(outcome);
  };
}

/** Sees to it that a response that nobody reads to its end does not outlive whoever asked. */
function closeWithTask({ body, call }: Response, task: Task | undefined): void {
  if (task === undefined || body.isOver) return;
  call.onOver = entryOf(task).onEnd(() => {
    call.abort();
  });
}

interface SendingParts {
  readonly makeCall: (end: CallEnd) => Call;
  readonly produce: LuaFunction;
  readonly feed: BodyFeed;
  readonly finish: Finish;
}

/** A request whose body a Lua function makes: it is called when the connection can take a piece, and may wait itself. */
class Sending extends BuiltinFrame {
  private readonly parts: SendingParts;
  private readonly call: Call;
  private waiter: Waiter | undefined = undefined;
  private outcome: Response | Failure | undefined = undefined;
  private bug: { readonly error: unknown } | undefined = undefined;
  private isProducing = false;

  constructor(code: ResumeCode, parts: SendingParts) {
    super(code);
    this.parts = parts;
    const tell = (outcome: Response | Failure): void => {
      this.outcome = outcome;
      this.wake();
    };
    this.call = parts.makeCall({
      answered: tell,
      failed: tell,
      broke: (error) => {
        this.bug = { error };
        this.wake();
      },
    });
    parts.feed.onWanted = () => {
      // Whoever wants it is in the middle of something.
      queueMicrotask(() => {
        this.wake();
      });
    };
  }

  begin(): Results {
    this.call.start();
    return this.go();
  }

  run(results: Results): Results {
    if (this.isProducing) {
      this.isProducing = false;
      this.give(firstOf(results));
    }
    return this.go();
  }

  override fail(thrown: unknown): Results {
    this.call.abort();
    throw thrown;
  }

  override abandon(): void {
    this.call.abort();
  }

  private go(): Results {
    const { feed, produce, finish } = this.parts;
    for (;;) {
      if (alarm[ALARM.raised] !== 0) checkpoint();
      if (this.outcome !== undefined) return finish(this.outcome);
      if (this.bug !== undefined) throw this.bug.error;
      if (!feed.isWanted) return this.wait();
      let piece: LuaValue | Pending;
      try {
        piece = first(produce());
      } catch (thrown) {
        this.call.abort();
        throw thrown;
      }
      if (piece === null) {
        this.isProducing = true;
        return leave(this);
      }
      this.give(piece);
    }
  }

  private wait(): Results {
    waitUntil((waiter) => {
      this.waiter = waiter;
      if (this.hasNews) this.wake();
      return () => {
        this.call.abort();
      };
    });
    return leave(this);
  }

  private get hasNews(): boolean {
    return this.outcome !== undefined || this.bug !== undefined || this.parts.feed.isWanted;
  }

  private wake(): void {
    const { waiter } = this;
    this.waiter = undefined;
    waiter?.wake(NONE);
  }

  private give(piece: LuaValue): void {
    const { feed } = this.parts;
    if (piece === undefined) feed.end();
    else if (typeof piece === "string") feed.give(Buffer.from(piece, "latin1"));
    else if (typeof piece === "number") feed.give(Buffer.from(numberToString(piece), "latin1"));
    else {
      this.call.abort();
      callerError(`the function 'body' returned a ${typeOf(piece)}, not a string`);
    }
  }
}
