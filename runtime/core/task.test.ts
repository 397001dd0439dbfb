/** Tasks that are stopped, or whose waits go wrong. */
import { openLuaState } from "../../cli/luaState.ts";
import { current } from "./current.ts";
import { LuaError } from "./error.ts";
import type { LuaState } from "./state.ts";
import { Stopped } from "./stopped.ts";
import { waitFor, waitUntil } from "./suspend.ts";
import { startTask } from "./task.testkit.ts";
import type { LuaFunction } from "./value.ts";

const stop = new Stopped("killed", "stopped by the test", "");

function open(functions: Readonly<Record<string, LuaFunction>>): LuaState {
  const context = { cwd: __dirname, standardFiles: undefined };
  const state = openLuaState({ dialect: "luajit", context });
  for (const [name, value] of Object.entries(functions)) state.globals.setString(name, value);
  return state;
}

async function turnOfTheEventLoop(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test("a subscription that throws ends the task, whatever is around the call", async () => {
  const bug = new TypeError("a bug");
  const state = open({
    wait: () =>
      waitUntil(() => {
        throw bug;
      }),
  });
  const source = `
    local co = coroutine.wrap(function() return pcall(wait) end)
    return xpcall(co, print)
  `;
  const { outcome, task } = startTask(state, source);
  expect(outcome()).toEqual(["failed", bug]);
  expect(task.isAlive).toBe(false);
  await turnOfTheEventLoop();
  expect(startTask(state, "return 1").outcome()).toEqual(["ended", 1]);
});

test.each([
  ["is rejected", () => Promise.reject(new Error("too late"))],
  ["is fulfilled", () => Promise.resolve("too late")],
])(
  "a task that was stopped while it ran does not wait for a promise that %s",
  async (_what, make) => {
    let wentOn = false;
    const state = open({
      stop: () => {
        current.task?.stop(stop);
        return waitFor(make());
      },
      goOn: () => {
        wentOn = true;
        return undefined;
      },
    });
    const { outcome, task } = startTask(state, "pcall(stop) goOn()");
    expect(outcome()).toEqual(["failed", stop]);
    expect(task.isAlive).toBe(false);
    // An unhandled rejection would fail the test run.
    await turnOfTheEventLoop();
    expect(wentOn).toBe(false);
  },
);

test("a task that was stopped while it ran subscribes to nothing", async () => {
  let count = 0;
  const state = open({
    stop: () => {
      current.task?.stop(stop);
      return waitUntil(() => {
        count++;
        return undefined;
      });
    },
  });
  expect(startTask(state, "stop()").outcome()).toEqual(["failed", stop]);
  await turnOfTheEventLoop();
  expect(count).toBe(0);
});

test("who waits is told once, however often and early it is woken", async () => {
  const state = open({
    wait: (value) =>
      waitUntil((waiter) => {
        waiter.wake(value);
        waiter.wake("again");
        waiter.fail(new LuaError("too late"));
        setImmediate(() => waiter.wake("later"));
        return undefined;
      }),
  });
  const { outcome } = startTask(state, "return wait(1), wait(2), (wait(3))");
  expect(outcome()).toEqual(["running"]);
  await turnOfTheEventLoop();
  await turnOfTheEventLoop();
  expect(outcome()).toEqual(["ended", 1, 2, 3]);
});

/** Each call suspends, so the frames are on the heap, where no stack overflows. */
const DEEP = `
  local depth = 0
  local function f() depth = depth + 1 wait() local x = f() return x end
`;

describe("a recursion in which each call suspends", () => {
  const open1 = (): LuaState =>
    open({
      wait: () =>
        waitUntil((waiter) => {
          waiter.wake([]);
          return undefined;
        }),
    });

  async function outcomeOf(source: string): Promise<readonly unknown[]> {
    const { outcome } = startTask(open1(), DEEP + source);
    while (outcome()[0] === "running") await turnOfTheEventLoop();
    return outcome();
  }

  test("overflows", async () => {
    const [kind, isCaught, text, depth] = await outcomeOf(
      "local ok, e = pcall(f) return ok, e, depth",
    );
    expect([kind, isCaught]).toEqual(["ended", false]);
    expect(text).toMatch(/^program:\d+: stack overflow$/);
    expect(depth).toBeGreaterThan(21_800);
  });

  test("overflows in a coroutine, too", async () => {
    const source = `
      local ok, e = coroutine.resume(coroutine.create(f))
      return ok, e
    `;
    const [kind, isCaught, text] = await outcomeOf(source);
    expect([kind, isCaught]).toEqual(["ended", false]);
    expect(text).toMatch(/stack overflow$/);
  });

  test("shows the overflow to the innermost handler", async () => {
    const source = `
      local outerSaw, innerSaw
      local ok, e = xpcall(function()
        return xpcall(f, function(m) innerSaw = m return "inner" end)
      end, function(m) outerSaw = m return "outer" end)
      return ok, e, innerSaw, outerSaw
    `;
    const [kind, , , innerSaw, outerSaw] = await outcomeOf(source);
    expect(kind).toBe("ended");
    expect(innerSaw).toMatch(/stack overflow$/);
    expect(outerSaw).toBeUndefined();
  });
});
