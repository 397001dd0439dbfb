/**
 * The module `spacer.test`: for test files, the project whose tests they are. Requests go to its real gateway, calls
 * and events take the ways that they take in a server; only time and randomness can be the test's own.
 */
import { NONE } from "../../core/call.ts";
import { current } from "../../core/current.ts";
import { LuaError } from "../../core/error.ts";
import type { LuaState } from "../../core/state.ts";
import { waitFor, waitUnlessEnded } from "../../core/suspend.ts";
import { LuaTable } from "../../core/table.ts";
import { decodeUtf8 } from "../../core/utf8.ts";
import type { LuaValue, Results } from "../../core/value.ts";
import { functionsOf, type Reply } from "../../functions/index.ts";
import { decodeJson } from "../../json/index.ts";
import { argumentError, checkString, checkTable } from "../../stdlib/arguments.ts";
import { defineLibrary, libraryTable } from "../../stdlib/library.ts";
import { testAppOf, type TestApp } from "../../testing/index.ts";
import { LogError } from "../../topics/storage.ts";
import { beginCall, checkDepth, copyArguments, toName } from "../flow.ts";
import { deadLetterList, eventList, listOf, triggerRunTable } from "./events.ts";
import { readReply, streamTable } from "./reply.ts";
import { toRequest } from "./request.ts";
import { randomLibrary, timeLibrary, resetRandom } from "./surroundings.ts";

const testLibrary = defineLibrary("spacer.test", {
  /**
   * `app.request(method, path [, options])`: sends a request to the project's gateway and waits for the reply: a table
   * with `status`, `headers` (found whatever the case of their names), `cookies` that are set, `body`, and of JSON
   * `json` with its `data` and `error`; `cut` is true when the connection ended before the reply did. Options: `query`,
   * `headers`, `cookies`, one of `json`, `form` and `body`, and `internal = true` for the internal token.
   *
   * @signature (method, path [, options])
   * @throws LuaError "there is no option 'x' ..."
   */
  request: (...values) => {
    const request = toRequest(values, argumentError);
    return waiting(async (app, state) => readReply(state, await app.send(request)));
  },

  /**
   * `app.all({{method, path [, options]}, ...})`: sends requests all at once. Returns their replies in the order of the
   * list, when all have come.
   *
   * @throws LuaError What `app.request` raises
   */
  all: (list) => {
    const requests = checkTable(list, 1).array.map((entry, index) => {
      const what = `request ${String(index + 1)} of the list`;
      if (!(entry instanceof LuaTable)) {
        return argumentError(1, `${what} must be a table with a method and a path`);
      }
      const values = [1, 2, 3].map((position) => entry.getNumber(position));
      return toRequest(values, (_argument, problem) => argumentError(1, `${what}: ${problem}`));
    });
    return waiting(async (app, state) => {
      const replies = requests.map(async (request) => readReply(state, await app.send(request)));
      // One that failed is not to be told of before the others have ended.
      await Promise.allSettled(replies);
      return await Promise.all(replies);
    });
  },

  /**
   * As `app.request`, but returns when the head of the reply has come. In place of `body` the reply has `reply:read()`,
   * which waits for the next piece of it and gives nil at the end, and `reply:close()`, which goes away before.
   *
   * @signature (method, path [, options])
   */
  open: (...values) => {
    const request = toRequest(values, argumentError);
    return waiting(async (app, state) => streamTable(state, await app.send(request)));
  },

  /**
   * Calls a function by name as `flow.call` does, with a copy of `data` as its `args`. Returns what it returned, or nil,
   * its error and the HTTP status that stands for it: 400 for `return nil, "error"`, 404 when there is no such
   * function, 500 for an error that was raised.
   *
   * @signature (name [, data])
   */
  call: (nameValue, data) => {
    const name = toName(checkString(nameValue, 1));
    checkDepth("call");
    const args = copyArguments(data, (problem) => argumentError(2, problem));
    const { state } = current;
    functionsOf(state).limits = appOf(state).limits;
    return waitUnlessEnded((caller) => {
      beginCall(
        { name, args },
        {
          replied: (reply) => caller.wake(state.enter(() => toResults(reply))),
          failed: (bug) => caller.fail(bug),
        },
      );
      return undefined;
    });
  },

  /**
   * The events of a topic in the order in which they were appended, each as `topics.read` gives it; those of a key if
   * one is given.
   *
   * @signature (topic [, key])
   * @throws LuaError "there is no topic 'x'"
   */
  events: (topicValue, keyValue) => {
    const topic = checkText(topicValue, 1);
    const key = keyValue === undefined ? undefined : checkText(keyValue, 2);
    return waiting(async ({ topics }, state) => {
      const events = await topics.events(topic);
      const wanted = events.filter((event) => key === undefined || event.key === key);
      return state.enter(() => eventList(wanted));
    });
  },

  /**
   * Has the functions of `events:` handle all events that they did not handle yet, and those that are appended
   * meanwhile. Failed attempts are repeated at once, up to the number of the settings. Returns a table: how many calls
   * were `handled` and how many `failed`, and the `dead_letters` that came of it.
   *
   * @throws LuaError "the function 'x' of topic 'y' ..." when one is missing, or can't be loaded
   */
  run_triggers: () =>
    waiting(async ({ topics }, state) => {
      const run = await topics.runTriggers();
      return state.enter(() => triggerRunTable(run));
    }),

  /**
   * Appends what the schedules of a key append when it is time, those for a topic if one is given; the event says that it is
   * time now. Returns how many schedules there are. `app.run_triggers` has the event handled.
   *
   * @signature (key [, topic])
   * @throws LuaError "no schedule has the key 'x' (did you mean 'y'?)"
   */
  run_schedule: (keyValue, topicValue) => {
    const key = checkText(keyValue, 1);
    const topic = topicValue === undefined ? undefined : checkText(topicValue, 2);
    return waiting(({ topics }) => topics.runSchedules(key, topic));
  },

  /**
   * Waits until nothing is left to do: timers that are due, triggers, and what comes of both. Returns what
   * `app.run_triggers` does, of all rounds.
   */
  settle: () =>
    waiting(async ({ clock, topics }, state) => {
      const run = { handled: 0, failed: 0, deadLetters: [] as LuaValue[] };
      for (;;) {
        await clock.settle();
        const round = await topics.runTriggers();
        run.handled += round.handled;
        run.failed += round.failed;
        const letters = state.enter(() => deadLetterList(round.deadLetters));
        run.deadLetters.push(...letters.array);
        if (round.handled + round.failed === 0) break;
      }
      return state.enter(() => {
        const table = triggerRunTable({ ...run, deadLetters: [] });
        table.setString("dead_letters", listOf(run.deadLetters as LuaTable[]));
        return table;
      });
    }),

  /**
   * The dead letters, of all topics or of one, the oldest first: events with the `function` that failed, its `attempts`
   * and the `error`.
   *
   * @signature ([topic])
   * @throws LuaError "there is no topic 'x'"
   */
  dead_letters: (topicValue) => {
    const topic = topicValue === undefined ? undefined : checkText(topicValue, 1);
    return waiting(async ({ topics }, state) => {
      const letters = await topics.deadLetters(topic);
      return state.enter(() => deadLetterList(letters));
    });
  },

  /** Begins with empty topics again, as the file did. */
  clear_topics: () =>
    waiting(async ({ topics }) => {
      await topics.clear();
      return NONE;
    }),

  /** Gives time and randomness back, as is done after each test of luaunit. */
  reset: () => {
    appOf(current.state).clock.reset();
    resetRandom();
    return NONE;
  },
});

/** Makes the module's table. */
export function openTesting(state: LuaState): LuaTable {
  appOf(state);
  return libraryTable(testLibrary, {
    time: libraryTable(timeLibrary),
    random: libraryTable(randomLibrary),
  });
}

/** @throws LuaError where there is none */
export function appOf(state: LuaState): TestApp {
  const app = testAppOf(state);
  if (app !== undefined) return app;
  throw new LuaError("spacer.test is for the tests of a project: 'spacer test' runs them");
}

/** Waits for what is done with the project. What the log complains about is said in one line. */
function waiting(use: (app: TestApp, state: LuaState) => Promise<Results>): Results {
  const { state } = current;
  const app = appOf(state);
  return waitFor(
    use(app, state).catch((thrown: unknown) => {
      throw thrown instanceof LogError ? new Error(thrown.text) : thrown;
    }),
  );
}

/** What a call gives: the value, or nil, the error and the status. */
function toResults({ status, body }: Reply): Results {
  const envelope = decodeJson(body);
  const field = (name: string): LuaValue =>
    envelope instanceof LuaTable ? envelope.getString(name) : undefined;
  return status === 200 ? field("data") : [undefined, field("error"), status];
}

function checkText(value: LuaValue, argument: number): string {
  return decodeUtf8(checkString(value, argument)) ?? argumentError(argument, "not UTF-8");
}
