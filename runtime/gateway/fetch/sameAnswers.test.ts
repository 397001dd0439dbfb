/** The tests of the gateway on Node, with the gateway of `fetch`: it answers the same. */
jest.mock("../gateway.ts", () => jest.requireActual<object>("./injecting.testkit.ts"));

/** What the interfaces of `fetch` can't have, so that these tests fail. */
const DIFFERENT: ReadonlyMap<string, string> = new Map([
  ["headers", "Headers puts lines of the same name together"],
  ["the rest of ngx.req", "Headers sorts its lines"],
  ["several values, and none", "Headers puts lines of the same name together"],
  ["goes with the envelope, too", "Headers puts lines of the same name together"],
  [
    "closes the connection for 444",
    "there is no connection: the reply is an empty one (fetch.test.ts)",
  ],
]);

const plain = globalThis.test;

globalThis.test = Object.assign(
  ((name: string, run: jest.ProvidesCallback, timeout?: number) => {
    if (DIFFERENT.has(name)) plain.failing(name, run, timeout);
    else plain(name, run, timeout);
  }) as jest.It,
  plain,
);

describe.each([
  "gateway",
  "hooks",
  "cors",
  "tracing",
  "routing",
  "errorReport",
  "own/replies",
  "own/exits",
  "own/requests",
  "own/subrequests",
])("%s", (name) => {
  jest.requireActual<object>(`../${name}.test.ts`);
});
