import { createTestState } from "./base/state.testkit.ts";
import { openCoroutine } from "./coroutine.ts";

test("outside of any coroutine", () => {
  const { state, protect } = createTestState();
  const library = openCoroutine(state);
  expect(protect(library.getString("running"))).toEqual([true, undefined]);
  expect(protect(library.getString("isyieldable"))).toEqual([true, false]);
  const refused = [false, "attempt to yield across C-call boundary"];
  expect(protect(library.getString("yield"), 1)).toEqual(refused);
});

test("with Lua 5.2 compatibility the main program is a coroutine, too", () => {
  const { state, protect } = createTestState({ dialect: "openresty" });
  const running = openCoroutine(state).getString("running");
  const [, thread, isMain] = protect(running);
  expect(isMain).toBe(true);
  expect(protect(running)).toEqual([true, thread, true]);
});
