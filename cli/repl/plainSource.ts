/** Lines from whatever standard input is, as `lua -i` reads them where it has no line editor. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { standardInput, type LuaState } from "../../runtime/index.ts";
import type { LineSource } from "./lineSource.ts";

/** Programs and the REPL read from the same input, each on from where the other stopped. */
export function plainSource(state: LuaState): LineSource {
  const { stdout } = state.host.files;
  const input = standardInput(state);
  return {
    readLine: async (prompt) => {
      stdout.write(prompt);
      stdout.flush();
      // Reading blocks; what is due meanwhile has its turn before.
      await nextTurn();
      return input?.readLine(false);
    },
    remember: () => undefined,
  };
}
