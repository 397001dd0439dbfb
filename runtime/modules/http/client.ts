/** What all requests of a state share: its connections. They are closed with the state. */
import type { Invocation } from "../../core/invocation.ts";
import type { Span } from "../../core/span.ts";
import type { LuaState } from "../../core/state.ts";
import type { HostClock } from "../../host.ts";
import { beginSpan, traceHeaders } from "../../tracing/index.ts";
import { httpLimitsOf } from "./provided.ts";
import { Call } from "./wire/call.ts";
import type { CallEnd, CallSurroundings } from "./wire/outcome.ts";
import { createTlsContext, type TlsSettings } from "./wire/openSocket.ts";
import type { RequestPlan } from "./wire/plan.ts";
import { ConnectionPool } from "./wire/pool.ts";

/** So many settings are remembered to be right: looking at them takes milliseconds. */
const MAX_CHECKED = 32;

export class HttpClient {
  readonly pool: ConnectionPool;
  private readonly state: LuaState;
  private readonly checked = new Set<string>();

  constructor(state: LuaState) {
    this.state = state;
    this.pool = new ConnectionPool(httpLimitsOf(state));
  }

  /**
   * Makes a call. It is to be started.
   *
   * @param invocation On whose behalf.
   */
  call(plan: RequestPlan, end: CallEnd, { invocation, pool = this.pool }: CallOrigin): Call {
    return new Call(plan, new Surroundings(this.state.host.clock, pool, invocation), end);
  }

  /** @throws Error when certificates or keys are not what they should be */
  checkTls(tls: TlsSettings): void {
    const text = [tls.ca, tls.cert, tls.key].map((part) => part ?? "").join("\0");
    if (this.checked.has(text)) return;
    createTlsContext(tls);
    if (this.checked.size >= MAX_CHECKED) this.checked.clear();
    this.checked.add(text);
  }
}

export interface CallOrigin {
  readonly invocation: Invocation | undefined;
  /** Where its connections come from, if not from those that all share. */
  readonly pool?: Pick<ConnectionPool, "ask" | "release"> | undefined;
}

class Surroundings implements CallSurroundings {
  readonly clock: HostClock;
  readonly pool: CallSurroundings["pool"];
  private readonly invocation: Invocation | undefined;

  constructor(
    clock: HostClock,
    pool: CallSurroundings["pool"],
    invocation: Invocation | undefined,
  ) {
    this.clock = clock;
    this.pool = pool;
    this.invocation = invocation;
  }

  beginSpan({ method, target }: RequestPlan): Span | undefined {
    // Neither query nor user: they may be secrets.
    const { url, path } = target;
    return beginSpan(this.invocation, { method, path, name: url.host });
  }

  traceHeaders(span: Span): Readonly<Record<string, string>> {
    return traceHeaders(span);
  }
}

const clients = new WeakMap<LuaState, HttpClient>();

export function clientOf(state: LuaState): HttpClient {
  let client = clients.get(state);
  if (client === undefined) {
    const made = new HttpClient(state);
    state.onClose(() => {
      made.pool.close();
    });
    clients.set(state, made);
    client = made;
  }
  return client;
}
