/**
 * What the module of a Worker exports: the gateway as `fetch(request, env, context)`. Nothing runs before the first request: outside
 * of requests Workers have neither random numbers nor timers.
 */
/* eslint-disable no-console -- here the console is where programs write to */
import {
  createFetchGateway,
  platformOf,
  type FetchGateway,
} from "../../runtime/gateway/fetch/index.ts";
import type { AccessEntry, CorsRules } from "../../runtime/gateway/index.ts";
import { runningInvocation, type InvocationLimits, type LuaState } from "../../runtime/index.ts";
import { fromBytes } from "../bytes.ts";
import type { BundledRuntime } from "./nodeState.ts";
import { openPortableState } from "./portable/portableState.ts";
import type { Environment } from "./readableProcess.ts";

/** What a Worker is told of the request that it answers. */
export interface WorkerContext {
  /** Lets what goes on behind the reply go on. */
  waitUntil(background: Promise<unknown>): void;
}

export interface Worker {
  fetch(request: Request, env?: Environment, context?: WorkerContext): Promise<Response>;
}

/** Settings of the project, as far as they mean something here. */
export interface WorkerSettings {
  readonly readable: readonly string[];
  readonly limits: InvocationLimits;
  readonly bodyLimitBytes?: number | undefined;
  readonly cors?: CorsRules | undefined;
}

interface WorkerOptions {
  readonly runtime: BundledRuntime;
  readonly settings: WorkerSettings;
  readonly prepare: ((state: LuaState) => void) | undefined;
}

/** Lets a request call any function. */
const TOKEN_VARIABLE = "SPACER_INTERNAL_TOKEN";

/** Says by "development" that replies may tell of errors. */
const ENVIRONMENT_VARIABLE = "SPACER_ENV";

/** Since when Workers have what the runtime needs of the collector. */
const COMPATIBILITY_DATE = "2025-05-05";

/** @param prepare What else a state is given, such as dictionaries. */
export function createWorker(
  runtime: BundledRuntime,
  settings: WorkerSettings,
  prepare?: (state: LuaState) => void,
): Worker {
  const options = { runtime, settings, prepare };
  const surroundings = new Surroundings();
  let opening: Promise<FetchGateway> | undefined;
  return {
    fetch: async (request, env = {}, context?: WorkerContext) => {
      surroundings.environment = env;
      try {
        opening ??= surroundings.within(context, () => openGateway(options, surroundings));
        const gateway = await opening;
        return await gateway.fetch(request, {
          client: {
            address: request.headers.get("cf-connecting-ip") ?? undefined,
            isDirect: false,
            isEncrypted: request.url.startsWith("https:"),
            host: undefined,
          },
          platform: context,
        });
      } catch (thrown) {
        // What is wrong may be gone with the next request.
        opening = undefined;
        console.error(thrown);
        return new Response('{"error":"Internal Server Error"}\n', {
          status: 500,
          headers: { "content-type": "application/json" },
        });
      }
    },
  };
}

/** What Lua code finds around it: variables, and the request that it runs for, behind the reply, too. */
class Surroundings {
  environment: Environment = {};
  /** As long as a callback runs that was planned for a request. */
  private active: WorkerContext | undefined = undefined;

  within<Result>(context: WorkerContext | undefined, run: () => Result): Result {
    const before = this.active;
    this.active = context;
    try {
      return run();
    } finally {
      this.active = before;
    }
  }

  get context(): WorkerContext | undefined {
    return (platformOf(runningInvocation()) as WorkerContext | undefined) ?? this.active;
  }
}

function openGateway(
  { runtime, settings, prepare }: WorkerOptions,
  surroundings: Surroundings,
): Promise<FetchGateway> {
  if (typeof WeakRef === "undefined" || typeof FinalizationRegistry === "undefined") {
    throw new Error(`set compatibility_date to "${COMPATIBILITY_DATE}" or later`);
  }
  const { readable, limits, bodyLimitBytes, cors } = settings;
  const state = openPortableState(runtime, {
    place: "a Worker",
    readable,
    secret: [TOKEN_VARIABLE],
    environment: () => surroundings.environment,
    keepAlive: (background) => surroundings.context?.waitUntil(background),
    bind: (callback) => {
      const { context } = surroundings;
      return () => surroundings.within(context, callback);
    },
  });
  prepare?.(state);
  const token = surroundings.environment[TOKEN_VARIABLE];
  const isDevelopment = surroundings.environment[ENVIRONMENT_VARIABLE] === "development";
  return createFetchGateway({
    state,
    mode: isDevelopment ? "development" : "production",
    internalToken: typeof token === "string" ? token : undefined,
    limits,
    ...(bodyLimitBytes === undefined ? {} : { bodyLimitBytes }),
    cors,
    hasUtf8Headers: isCloudflare(),
    onRequest: reportFailure,
    onBug: (bug) => console.error(bug),
  });
}

function isCloudflare(): boolean {
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent?: string } };
  return navigator?.userAgent === "Cloudflare-Workers";
}

/** Replies tell nothing of errors in production; the log does. */
function reportFailure({ method, path, status, failure }: AccessEntry): void {
  if (failure === undefined || status < 500) return;
  const { text, traceback } = failure;
  const lines = [`${method} ${path} ${String(status)}: ${text}`, ...(traceback?.split("\n") ?? [])];
  console.error(fromBytes(lines.join("\n")));
}
