import { openLuaState } from "../../cli/luaState.ts";
import { current } from "./current.ts";
import type { LuaState } from "./state.ts";

function openWithHook(dialect: "luajit" | "5.1"): LuaState {
  const state = openLuaState({ dialect, context: { cwd: __dirname, standardFiles: undefined } });
  const program = `
    local count = 0
    debug.sethook(function() count = count + 1 end, "l")
    return function() debug.sethook() return count end`;
  const [takeAway] = state.call(state.load(program, "=program"));
  state.globals.setString("takeAway", takeAway);
  return state;
}

test.each(["luajit", "5.1"] as const)(
  "%s: a state that is closed takes its hooks along",
  (dialect) => {
    const state = openWithHook(dialect);
    expect(current.hookMask).not.toBe(0);
    state.close();
    expect(current.hookMask).toBe(0);
  },
);

test("hooks of other states stay", () => {
  const [first, second] = [openWithHook("luajit"), openWithHook("luajit")];
  first.close();
  expect(current.hookMask).not.toBe(0);
  second.call(second.globals.getString("takeAway"));
  expect(current.hookMask).toBe(0);
  second.close();
});
