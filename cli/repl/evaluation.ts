/** Running what was typed, so that Ctrl-C can end it. */
import {
  Invocation,
  Task,
  type LuaState,
  type LuaValue,
  type Results,
} from "../../runtime/index.ts";
import type { Interrupts } from "../interrupts.ts";

/** What belongs to one statement. Calls may wait; what they leave behind, such as threads, ends with an interrupt too. */
export class Evaluation {
  private readonly state: LuaState;
  private readonly interrupts: Interrupts | undefined;
  private readonly countBefore: number;
  private wasInterrupted = false;
  private isOver = false;

  /** @param interrupts Without them, nothing ends it. */
  constructor(state: LuaState, interrupts: Interrupts | undefined) {
    this.state = state;
    this.interrupts = interrupts;
    this.countBefore = interrupts?.count ?? 0;
  }

  /** Whether somebody pressed Ctrl-C while it ran. */
  get isInterrupted(): boolean {
    this.note();
    return this.wasInterrupted;
  }

  private note(): void {
    if (this.isOver || this.interrupts === undefined) return;
    this.wasInterrupted ||= this.interrupts.count > this.countBefore;
  }

  /** Rejects with a `LuaError`, with `Stopped` when it was interrupted, or with what is none of Lua. */
  call(callee: LuaValue, values: readonly LuaValue[]): Promise<readonly LuaValue[]> {
    return new Promise((resolve, reject) => {
      const ended = (results: Results): void => {
        resolve(Array.isArray(results) ? (results as readonly LuaValue[]) : [results as LuaValue]);
      };
      const invocation = new Invocation(this.state, {
        cpuMs: Infinity,
        timeoutMs: Infinity,
        isInterrupted: this.interrupts && (() => this.isInterrupted),
      });
      invocation.isTyped = true;
      if (this.interrupts !== undefined) {
        this.interrupts.listener = () => {
          invocation.interruptWaiting();
        };
      }
      new Task(this.state, { ended, failed: reject }, invocation).start(callee, values);
    });
  }

  /** From here on Ctrl-C means something else. */
  end(): void {
    this.note();
    this.isOver = true;
    if (this.interrupts !== undefined) this.interrupts.listener = undefined;
  }
}
