/**
 * What is running now. The one place with module-level mutable state (docs/style.md, "Code", has
 * this exception): emitted code and helpers touch it on hot paths, where handing a state through every
 * call would cost an argument each. Whoever enters Lua sets `state` and restores it (state.ts).
 */
import type { Activation } from "./activation.ts";
import type { ClosureEnvironment } from "./closureEnvironment.ts";
import type { LuaError, MessageHandler } from "./error.ts";
import type { Generation } from "./generation.ts";
import type { Invocation } from "./invocation.ts";
import type { Base } from "./runFrames.ts";
import type { LeftStack } from "./heapStack.ts";
import type { LostStack } from "./stack.ts";
import type { LuaState } from "./state.ts";
import type { Task } from "./task.ts";
import type { LuaThread } from "./userdata.ts";
import type { LuaValue } from "./value.ts";

/** This many tail calls may nest on the JavaScript stack before one is handed to `settle`. */
export const TAIL_CALL_BUDGET = 100;

/** Numbers rather than names, because V8 stores those without a write barrier. */
export const REASON = {
  /** `coroutine.yield`; ends at the `coroutine.resume` around it. */
  yield: 0,
  /** For something outside of Lua; whoever called waits too. */
  wait: 1,
  /** For nothing. Tests suspend code at random to see that nothing changes. */
  preempt: 2,
  /** By an error that nobody wants to see where it is raised: functions leave without a frame. */
  raise: 3,
} as const;

export type SuspensionReason = (typeof REASON)[keyof typeof REASON];

/** Where the host called without a task. */
export const NO_BASE: Base = {
  stack: undefined,
  left: undefined,
  transfer: undefined,
  depth: 0,
  outer: undefined,
  thread: undefined,
  isBoundary: true,
};

/** What was running when a task was entered from within. */
type Interrupted = Pick<
  Current,
  "state" | "base" | "invocation" | "unyieldable" | "isPinned" | "tailBudget"
>;

class Current {
  /** The state whose code is running. Valid while Lua runs, `undefined` else. */
  state: LuaState = undefined as unknown as LuaState;
  /** Counts down tail calls; stays a small integer. */
  tailBudget: number = TAIL_CALL_BUDGET;
  /** Of the function that made the latest call, in chunks that work with environments. */
  environment: ClosureEnvironment | undefined = undefined;
  /** The tail call that was left to the caller (call.ts). */
  tailCallee: LuaValue = undefined;
  tailValues: readonly LuaValue[] = [];
  /**
   * How many arguments the innermost `pcall` or `xpcall` passes on. Where it calls a builtin there
   * is no call site to tell a nil from a missing argument.
   */
  protectedArgumentCount = 0;

  // --- For accessible code (activation.ts, hooks.ts) ---
  /** The events that some hook wants; accessible code looks at it everywhere. */
  hookMask = 0;
  /** Its calls that are on the JavaScript stack, outermost first. */
  readonly activations: Activation[] = [];
  /** A tail call that is about to be made, and how many calls it will have replaced. */
  pendingTail: { readonly callee: LuaValue; readonly count: number } | undefined = undefined;

  /** The innermost of those who run frames. */
  base: Base = NO_BASE;
  /** Set while a message handler runs for a stack that overflowed (stack.ts). */
  lostStack: LostStack | undefined = undefined;
  /** Of the message handlers that run for an error that has left functions, innermost first (heapStack.ts). */
  leftStack: LeftStack | undefined = undefined;
  /** The coroutine that was running when the innermost call began that Lua 5.1 can't leave (boundary.ts). */
  boundary: LuaThread | undefined = undefined;
  /** How many builtins that can't be left are being called, one inside the other. */
  unyieldable = 0;
  /** Whether such a builtin is around the running coroutine: it may yield, but who resumed it can't wait. */
  isPinned = false;

  /** Whether emitted code looks at the alarm (budget.ts). Changes once at most. */
  isWatched = false;
  /** Whose code is running. */
  invocation: Invocation | undefined = undefined;

  // --- Set by who suspends, read by who ran the code (suspend.ts) ---
  reason: SuspensionReason = REASON.wait;
  /** Whose position the error is still to get: 1 the innermost function, 2 its caller, 0 nobody. */
  positionLevel = 0;
  /** The builtin that raised the error; "" where it was an operator. */
  raiser = "";
  /** The error by which a coroutine ended (thread.ts). */
  failure: LuaError | undefined = undefined;
  /** The message handler in force where the code suspended. */
  suspendedHandler: MessageHandler | undefined = undefined;

  /** Makes a task what runs. Returns what `exit` puts back. */
  enter(state: LuaState, base: Base, invocation: Invocation | undefined): Interrupted | undefined {
    // From the event loop nothing else is running: nothing to put back.
    const before =
      (this.state as LuaState | undefined) === undefined ? undefined : this.interrupt();
    this.state = state;
    this.base = base;
    this.invocation = invocation;
    this.tailBudget = TAIL_CALL_BUDGET;
    return before;
  }

  exit(before: Interrupted | undefined): void {
    if (before === undefined) {
      this.state = undefined as unknown as LuaState;
      this.base = NO_BASE;
      this.invocation = undefined;
      return;
    }
    this.state = before.state;
    this.base = before.base;
    this.invocation = before.invocation;
    this.unyieldable = before.unyieldable;
    this.isPinned = before.isPinned;
    this.tailBudget = before.tailBudget;
  }

  private interrupt(): Interrupted {
    const { state, base, invocation, unyieldable, isPinned, tailBudget } = this;
    this.unyieldable = 0;
    this.isPinned = false;
    return { state, base, invocation, unyieldable, isPinned, tailBudget };
  }

  /** Whether it is PUC Lua 5.1's dialect that runs. Numbers and stacks are turned into text where nothing runs, too. */
  get isPuc51(): boolean {
    return (this.state as LuaState | undefined)?.isPuc51 === true;
  }

  /** The running coroutine; `undefined` in the main program. */
  get thread(): LuaThread | undefined {
    return this.base.thread;
  }

  /** Whose modules the running code sees. */
  get generation(): Generation {
    return (this.invocation ?? this.state).generation;
  }

  /** The task that runs. */
  get task(): Task | undefined {
    let { base } = this;
    while (base.outer !== undefined) base = base.outer;
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- only tasks say so
    return base.isTask === true ? (base as Task) : undefined;
  }
}

export const current = new Current();
