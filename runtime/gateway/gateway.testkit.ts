/** A gateway for unit tests, with functions in JavaScript. */
import { LuaTable } from "../core/table.ts";
import type { LuaValue } from "../core/value.ts";
import { list } from "../core/table.testkit.ts";
import { createTestState } from "../functions/state.testkit.ts";
import type { GatewayOptions } from "./exchange.ts";
import { createGateway, type Gateway } from "./gateway.ts";

export type Row = readonly [method: string, path: string, functionName: string];

export interface TestGatewayOptions extends Partial<Omit<GatewayOptions, "state">> {
  readonly rows: readonly Row[];
  /** The functions, and other modules, by name. */
  readonly modules: Readonly<Record<string, LuaValue>>;
}

export function createTestGateway({
  rows,
  modules,
  ...options
}: TestGatewayOptions): Promise<Gateway> {
  const gateway = new LuaTable(
    undefined,
    rows.map((row) => list(...row)),
  );
  const state = createTestState({ gateway, ...modules });
  return createGateway({ state, mode: "development", internalToken: undefined, ...options });
}
