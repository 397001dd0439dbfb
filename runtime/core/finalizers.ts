/**
 * `__gc` of userdata (manual 2.10.1): only they have it in Lua 5.1. JavaScript tells of an object that
 * it is gone, not that it is about to go. So a finalizer gets a new userdata with the same metatable,
 * payload and address. Nobody can have kept the other one to compare; tables with weak keys find what
 * belongs to it (proxyIdentity.ts).
 *
 * To be called afterwards, the metatable is held from here as long as it has `__gc`. A userdata that
 * its own metatable leads to, by an upvalue of the finalizer for instance, is thus finalized with
 * the program only.
 *
 * Finalizers run in `collectgarbage`, while many userdata are made, and between the jobs of the
 * event loop; what is left when the state is closed runs then.
 */
import { callFirst } from "./call.ts";
import { noteWeakUse } from "./collector.ts";
import { current } from "./current.ts";
import { LuaError } from "./error.ts";
import { Invocation, runWithin, type InvocationLimits } from "./invocation.ts";
import type { MetatableRole } from "./metatableRole.ts";
import { ProxyIdentity } from "./proxyIdentity.ts";
import type { LuaState } from "./state.ts";
import { Stopped } from "./stopped.ts";
import { Task } from "./task.ts";
import { addressOf, plainText, setAddress } from "./toText.ts";
import { LuaUserdata } from "./userdata.ts";
import type { LuaValue } from "./value.ts";

/** What is known of a userdata beyond its end. */
export interface Finalizable {
  readonly reference: WeakRef<LuaUserdata>;
  readonly role: MetatableRole;
  readonly payload: unknown;
  /** Known as long as its metatable has `__gc`. */
  address: string | undefined;
  /** Those that were made later are finalized first. */
  readonly order: number;
  /** Of the function that made it; a finalizer that the event loop calls has to keep them, too. */
  readonly limits: InvocationLimits | undefined;
}

/** When the state is closed, finalizers may make userdata with finalizers so many times; in PUC Lua none. */
const MAX_CLOSING_ROUNDS = 10;

/** After so many new userdata the dead ones are looked for. */
const USERDATA_PER_LOOK = 1024;

export class Finalizers {
  private readonly state: LuaState;
  /** The metatables with `__gc` that userdata have. */
  private readonly roles = new Set<MetatableRole>();
  /** Whose turn is next. */
  private dead: Finalizable[] = [];
  private count = 0;
  private readonly registry = new FinalizationRegistry<undefined>(() => {
    this.runInBackground();
  });

  constructor(state: LuaState) {
    this.state = state;
  }

  add(userdata: LuaUserdata, role: MetatableRole): void {
    noteWeakUse();
    const reference = new WeakRef(userdata);
    if (userdata.payload instanceof ProxyIdentity) userdata.payload.userdata = reference;
    const finalizable: Finalizable = {
      reference,
      role,
      payload: userdata.payload,
      address: undefined,
      order: this.count++,
      limits: current.invocation?.limits,
    };
    role.add(finalizable);
    if (role.metatable.getString("__gc") !== undefined) {
      this.roles.add(role);
      this.prepare(userdata, finalizable);
    }
    if (this.count % USERDATA_PER_LOOK === 0) this.run();
  }

  remove(userdata: LuaUserdata, role: MetatableRole): void {
    role.userdata = role.userdata.filter(({ reference }) => reference.deref() !== userdata);
    if (role.userdata.length === 0) this.roles.delete(role);
  }

  /** `__gc` in the metatable may have changed. */
  changed(role: MetatableRole): void {
    if (role.metatable.getString("__gc") === undefined) {
      this.roles.delete(role);
      return;
    }
    if (this.roles.has(role)) return;
    this.roles.add(role);
    for (const finalizable of role.userdata) {
      const userdata = finalizable.reference.deref();
      if (userdata !== undefined) this.prepare(userdata, finalizable);
    }
  }

  private prepare(userdata: LuaUserdata, finalizable: Finalizable): void {
    finalizable.address = addressOf(userdata);
    this.registry.register(userdata, undefined);
  }

  /**
   * Calls the finalizers of userdata that were collected, the newest first. When one raises an error
   * the others wait for the next time.
   */
  run(): void {
    this.findDead();
    for (let next = this.dead.shift(); next !== undefined; next = this.dead.shift()) {
      const finalizer = finalizerOf(next);
      if (finalizer !== undefined) callFirst(finalizer, revived(next));
    }
  }

  /**
   * Calls the finalizers of all userdata. Errors of theirs are nobody's, as in Lua; those of functions with limits
   * have these once more, all together.
   */
  runAll(): void {
    const invocations = new Map<InvocationLimits, Invocation>();
    const rounds = this.state.isPuc51 ? 1 : MAX_CLOSING_ROUNDS;
    for (let round = 0; round < rounds; round++) {
      const all = [...this.roles].flatMap((role) => role.userdata.splice(0));
      const turns = [...this.dead, ...newestFirst(all)];
      this.dead = [];
      this.roles.clear();
      if (turns.length === 0) return;
      for (const turn of turns) {
        const finalizer = finalizerOf(turn);
        if (finalizer === undefined) continue;
        const invocation = this.invocationOf(turn, invocations);
        this.callProtected(finalizer, turn, invocation);
      }
    }
  }

  private invocationOf(
    { limits }: Finalizable,
    invocations: Map<InvocationLimits, Invocation>,
  ): Invocation | undefined {
    if (limits === undefined) return undefined;
    let invocation = invocations.get(limits);
    if (invocation === undefined) {
      invocations.set(limits, (invocation = new Invocation(this.state, limits)));
    }
    return invocation;
  }

  private callProtected(
    finalizer: LuaValue,
    turn: Finalizable,
    invocation: Invocation | undefined,
  ): void {
    try {
      runWithin(invocation, () =>
        this.state.call(finalizer, turn.reference.deref() ?? revived(turn)),
      );
    } catch (thrown) {
      if (!(thrown instanceof LuaError || thrown instanceof Stopped)) throw thrown;
    }
  }

  /** From the event loop. */
  private runInBackground(): void {
    this.findDead();
    const { state } = this;
    for (const next of this.dead.splice(0)) {
      const finalizer = finalizerOf(next);
      if (finalizer === undefined) continue;
      const end = {
        ended: () => undefined,
        failed: (error: unknown): void => {
          this.report(error);
        },
      };
      const { limits } = next;
      const invocation = limits === undefined ? undefined : new Invocation(state, limits);
      new Task(state, end, invocation).start(finalizer, [revived(next)]);
    }
  }

  private report(error: unknown): void {
    if (!(error instanceof LuaError || error instanceof Stopped)) throw error;
    const { stdout, stderr } = this.state.host.files;
    const text = "message" in error ? error.message : plainText(error.value);
    // What the program printed before comes before.
    stdout.flush();
    stderr.write(`lua: error in __gc: ${text}\n`);
  }

  private findDead(): void {
    const found: Finalizable[] = [];
    for (const role of this.roles) {
      role.userdata = role.userdata.filter((one) => {
        noteWeakUse();
        const isAlive = one.reference.deref() !== undefined;
        if (!isAlive) found.push(one);
        return isAlive;
      });
      if (role.userdata.length === 0) this.roles.delete(role);
    }
    this.dead.push(...newestFirst(found));
  }
}

function newestFirst(finalizables: Finalizable[]): Finalizable[] {
  return finalizables.sort((left, right) => right.order - left.order);
}

function finalizerOf({ role }: Finalizable): LuaValue {
  return role.metatable.getString("__gc");
}

function revived({ payload, role, address }: Finalizable): LuaUserdata {
  const userdata = new LuaUserdata(payload, role.metatable);
  if (payload instanceof ProxyIdentity) payload.userdata = new WeakRef(userdata);
  if (address !== undefined) setAddress(userdata, address);
  return userdata;
}
