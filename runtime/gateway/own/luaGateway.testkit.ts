/** A gateway for tests whose functions are written in Lua. */
import { openLuaState } from "../../../cli/luaState.ts";
import type { LuaState } from "../../core/state.ts";
import { list } from "../../core/table.testkit.ts";
import { LuaTable } from "../../core/table.ts";
import type { Host, HostFile } from "../../host.ts";
import type { AccessEntry, GatewayOptions } from "../exchange.ts";
import { createGateway, type Gateway } from "../gateway.ts";
import { createGatewayServer, type GatewayServer } from "../server.ts";

const HOST = "127.0.0.1";

export interface LuaGateway {
  readonly gateway: Gateway;
  readonly state: LuaState;
  readonly entries: readonly AccessEntry[];
  /** Lines of the log, without the time. */
  readonly log: () => readonly string[];
}

export interface LuaGatewayOptions extends Partial<Omit<GatewayOptions, "state">> {
  /** Of the gateway file, in Lua; what else leads to each function at its name. */
  readonly rows?: string;
}

const opened: { close(): Promise<void> }[] = [];

/** For `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const each of opened.splice(0).reverse()) await each.close();
}

/** @param functions Their sources. They share a table `shared`. Each can be had by any method at the path of its name, and below it. */
export async function openLuaGateway(
  functions: Readonly<Record<string, string>>,
  { rows: ownRows, ...options }: LuaGatewayOptions = {},
): Promise<LuaGateway> {
  let errors = "";
  const stderr = {
    write: (bytes: string) => {
      errors += bytes;
      return undefined;
    },
    flush: () => undefined,
  } as unknown as HostFile;
  const state = openLuaState({
    dialect: "openresty",
    context: { cwd: __dirname, standardFiles: undefined },
    adapt: (host: Host): Host => ({ ...host, files: { ...host.files, stderr } }),
  });
  for (const [name, source] of Object.entries(functions)) {
    const body = `return function(args) ${source} end`;
    state.loaded.setString(name, state.call(state.load(body, `@app/${name}.lua`))[0]);
  }
  state.globals.setString("shared", new LuaTable());
  const rows = Object.keys(functions).flatMap((name) => [
    list("ANY", `/${name}`, name),
    list("ANY", `/${name}/*rest`, name),
  ]);
  state.loaded.setString(
    "gateway",
    ownRows === undefined
      ? new LuaTable(undefined, rows)
      : state.call(state.load(`return {${ownRows}}`, "@app/gateway.lua"))[0],
  );
  const entries: AccessEntry[] = [];
  const gateway = await createGateway({
    state,
    mode: "development",
    internalToken: undefined,
    onRequest: (entry) => entries.push(entry),
    onBug: (thrown) => {
      throw thrown;
    },
    ...options,
  });
  opened.push(gateway);
  const log = () =>
    errors
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /, ""));
  return { gateway, state, entries, log };
}

/** One function at any path, at once behind a socket. */
export async function listenTo({ gateway }: LuaGateway): Promise<GatewayServer & { url: string }> {
  const server = await createGatewayServer({ host: HOST, port: 0 });
  opened.push(server);
  server.serve(gateway);
  return { ...server, url: `http://${HOST}:${String(server.address.port)}` };
}

export interface Answer {
  readonly status: number;
  readonly type: unknown;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly log: readonly string[];
}

/** What one function answers. */
export async function reply(
  source: string,
  { method = "GET", ...options }: LuaGatewayOptions & { method?: "GET" | "HEAD" } = {},
): Promise<Answer> {
  const { gateway, log } = await openLuaGateway({ f: source }, options);
  const { statusCode, headers, rawPayload } = await gateway.inject({ method, url: "/f" });
  const body = rawPayload.toString("latin1");
  return { status: statusCode, type: headers["content-type"], body, headers, log: log() };
}
