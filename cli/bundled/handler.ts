/**
 * What the module of a single function exports: `handler(args, context)`. The state is made at the first call and serves all
 * that follow, at the same time too.
 */
import { callFunction, limitFunctions, type FunctionReply } from "../../runtime/calling/index.ts";
import {
  runningInvocation,
  type Invocation,
  type InvocationLimits,
  type LuaState,
} from "../../runtime/index.ts";
import type { Environment } from "./readableProcess.ts";

export interface HandlerContext {
  /** Environment variables; those of the process unless given. */
  readonly env?: Environment | undefined;
  /** The trace that the call is a step of (W3C Trace Context). */
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
  /** Ends the call. */
  readonly signal?: AbortSignal | undefined;
  /** How long the call may take, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** The same, as AWS Lambda tells it. */
  readonly getRemainingTimeInMillis?: (() => number) | undefined;
}

export type Handler = (args?: unknown, context?: HandlerContext) => Promise<FunctionReply>;

/** What the build knows of a function. */
export interface HandlerSettings {
  /** Text. */
  readonly name: string;
  /** Variables that functions may read. */
  readonly readable: readonly string[];
  readonly limits: InvocationLimits;
}

export interface HandlerOptions extends Pick<HandlerSettings, "name" | "limits"> {
  /** @param environment Of whoever calls now. */
  readonly openState: (environment: () => Environment) => LuaState;
}

export function createHandler({ name, limits, openState }: HandlerOptions): Handler {
  const environments = new WeakMap<Invocation, Environment>();
  const environment = (): Environment => {
    for (let call = runningInvocation(); call !== undefined; call = call.outer) {
      const known = environments.get(call);
      if (known !== undefined) return known;
    }
    return processEnvironment();
  };
  let opened: LuaState | undefined;
  const open = (): LuaState => {
    const state = openState(environment);
    limitFunctions(state, limits);
    return state;
  };
  return async (args, context = {}) => {
    const state = (opened ??= open());
    const { env, traceparent, tracestate, signal, timeoutMs } = context;
    return await callFunction(state, {
      name,
      args,
      traceparent,
      tracestate,
      signal,
      timeoutMs: timeoutMs ?? context.getRemainingTimeInMillis?.(),
      onBegin: (invocation) => {
        if (env !== undefined) environments.set(invocation, env);
      },
    });
  };
}

function processEnvironment(): Environment {
  const { process } = globalThis as { readonly process?: { readonly env?: Environment } };
  return process?.env ?? {};
}
