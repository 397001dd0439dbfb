/** What runs beside the gateway of a project that has topics: its triggers, its schedules and its append endpoint. */
import { isDeepStrictEqual } from "node:util";
import type { CloseOptions } from "../runtime/gateway/index.ts";
import type { LuaState } from "../runtime/index.ts";
import type { DispatchEvent, LogStorage } from "../runtime/topics/index.ts";
import {
  openAppendEndpoint,
  type AppendEndpoint,
  type AppendEndpointOptions,
} from "./appendEndpoint.ts";
import type { CommandContext } from "./command.ts";
import type { ProjectConfig } from "./config.ts";
import { consumerGroupOf } from "./consumerGroup.ts";
import { UserError } from "./errors.ts";
import { startSchedules } from "./schedules.ts";
import type { GatewayHooks } from "./serving.ts";
import { startTriggers, triggersOf } from "./triggers.ts";

export interface TopicServicesOptions {
  readonly config: ProjectConfig;
  readonly log: LogStorage;
  /** In place of that of the settings. */
  readonly group: string | undefined;
  /** Whether events are handled and schedules run; else there is the append endpoint alone. */
  readonly runsTriggers?: boolean;
  /** The newest of the project. */
  readonly state: () => LuaState;
  readonly onEvent: (event: DispatchEvent) => void;
  readonly env: CommandContext["env"];
  /** For requests to the append endpoint. */
  readonly hooks: GatewayHooks;
  /** Something the user should know. */
  readonly onNotice: (message: string) => void;
  /** Whether the append endpoint keeps to this machine, and all else goes on when its port is taken. */
  readonly isDevelopment: boolean;
  /** Makes the server of the append endpoint; one that listens unless given. */
  readonly createServer?: AppendEndpointOptions["createServer"];
}

export interface TopicServices {
  /** Where other programs append. */
  readonly appendUrl: string | undefined;
  /** Functions that were missing or broken may be mended. */
  retryNow(): void;
  /** Begins nothing more, and waits for what is in progress. */
  close(options?: CloseOptions): Promise<void>;
}

/** @throws UserError */
export async function startTopicServices(options: TopicServicesOptions): Promise<TopicServices> {
  const { config, log, state, onEvent, onNotice, runsTriggers = true } = options;
  const triggers = runsTriggers ? triggersOf(config) : [];
  const group = options.group ?? consumerGroupOf(config);
  const dispatcher =
    triggers.length === 0
      ? undefined
      : await startTriggers({ triggers, log, group, state, onEvent, onSpan: options.hooks.onSpan });
  const endpoint = await openEndpoint(options).catch(async (thrown: unknown) => {
    await dispatcher?.stop();
    throw thrown;
  });
  const schedules = startSchedules({
    schedules: runsTriggers ? config.schedules : [],
    log,
    onNotice,
  });
  return {
    appendUrl: endpoint?.url,
    retryNow: () => dispatcher?.retryNow(),
    close: async (closing) => {
      await endpoint?.close(closing);
      await schedules.close();
      await dispatcher?.stop();
    },
  };
}

async function openEndpoint(options: TopicServicesOptions): Promise<AppendEndpoint | undefined> {
  const { isDevelopment, onNotice } = options;
  try {
    return await openAppendEndpoint({ ...options, isLocal: isDevelopment });
  } catch (thrown) {
    if (!isDevelopment || !(thrown instanceof UserError)) throw thrown;
    onNotice(`${thrown.message}: other programs can't append (${thrown.hint ?? ""})`);
    return undefined;
  }
}

/** Whether services with other settings would be the same. */
export function isSameService(left: ProjectConfig, right: ProjectConfig): boolean {
  return isDeepStrictEqual(relevant(left), relevant(right));
}

function relevant(config: ProjectConfig): unknown {
  const { appName, consumerGroup, events, schedules, writeProxyListen } = config;
  const { bodyLimit } = config.gateway;
  return { appName, consumerGroup, events, schedules, writeProxyListen, bodyLimit };
}
