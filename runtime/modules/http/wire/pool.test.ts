/** Limits of the pool, on a server in the same process. */
import { eventually, startServer, type TestServer } from "../server.testkit.ts";
import type { Connection } from "./connection.ts";
import { ConnectionPool } from "./pool.ts";
import { makePlace, type Place } from "./openSocket.ts";

let server: TestServer;
let place: Place;
let pool: ConnectionPool;

beforeAll(async () => {
  server = await startServer((_request, response) => response.end("x"));
  place = makePlace({
    isSecure: false,
    host: "127.0.0.1",
    port: server.port,
    tls: { verify: true },
  });
});

afterAll(() => server.close());

beforeEach(() => {
  pool = new ConnectionPool({ perPlace: 2, idlePerPlace: 2, idle: 3, keepAliveMs: 30_000 });
});

afterEach(async () => {
  pool.close();
  await eventually(() => server.open.size === 0);
});

interface Asked {
  connection: Connection | undefined;
  error: unknown;
  readonly giveUp: () => void;
}

function ask(where: Place = place, mayReuse = true): Asked {
  const asked = { connection: undefined as Connection | undefined, error: undefined as unknown };
  const giveUp = pool.ask(
    where,
    {
      got: (connection) => (asked.connection = connection),
      failed: (error) => (asked.error = error),
    },
    mayReuse,
  );
  return Object.assign(asked, { giveUp });
}

async function got(asked: Asked): Promise<Connection> {
  await eventually(() => asked.connection !== undefined);
  return asked.connection as Connection;
}

test("who comes when there are enough waits, in the order of coming", async () => {
  const [first, second] = [await got(ask()), await got(ask())];
  const [third, fourth, fifth] = [ask(), ask(), ask()];
  fourth.giveUp();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([third.connection, fifth.connection, pool.counts]).toEqual([
    undefined,
    undefined,
    { open: 2, idle: 0 },
  ]);
  pool.release(first);
  expect(third.connection).toBe(first);
  // A place that is left empty is for the next one, too.
  second.close();
  const last = await got(fifth);
  expect(last).not.toBe(second);
  expect(fourth.connection).toBeUndefined();
  first.close();
  last.close();
  await eventually(() => pool.counts.open === 0);
});

test("who gives up leaves their place to others, also while it is being opened", async () => {
  const asked = [ask(), ask(), ask(), ask()];
  asked[0]?.giveUp();
  asked[1]?.giveUp();
  const both = [await got(asked[2] as Asked), await got(asked[3] as Asked)];
  expect(asked.slice(0, 2).map(({ connection }) => connection)).toEqual([undefined, undefined]);
  for (const connection of both) connection.close();
});

test("a new one is made where an idle one will not do", async () => {
  const first = await got(ask());
  const second = await got(ask());
  pool.release(first);
  pool.release(second);
  const third = await got(ask(place, false));
  expect([first, second]).not.toContain(third);
  expect(pool.counts.open).toBe(2);
  third.close();
});

test("the latest is used first, and of too many the oldest are closed", async () => {
  const elsewhere = await startServer((_request, response) => response.end("x"));
  try {
    const other = makePlace({ ...place, port: elsewhere.port });
    const [first, second] = [await got(ask()), await got(ask())];
    const [third, fourth] = [await got(ask(other)), await got(ask(other))];
    for (const connection of [first, second, third, fourth]) pool.release(connection);
    expect(pool.counts).toEqual({ open: 3, idle: 3 });
    expect([first, second, third, fourth].map(({ isOpen }) => isOpen)).toEqual([
      false,
      true,
      true,
      true,
    ]);
    expect([ask(other).connection, ask(other).connection]).toEqual([fourth, third]);
    third.close();
    fourth.close();
  } finally {
    await elsewhere.close();
  }
});

test("failures are told, and take no place", async () => {
  const nobody = makePlace({ ...place, port: 1 });
  const asked = [ask(nobody), ask(nobody), ask(nobody), ask(nobody)];
  await eventually(() => asked.every(({ error }) => error !== undefined));
  expect(pool.counts.open).toBe(0);
});

test("a pool that is closed keeps nothing that comes back", async () => {
  const connection = await got(ask());
  pool.close();
  expect(connection.isOpen).toBe(true);
  pool.release(connection);
  expect(connection.isOpen).toBe(false);
});
