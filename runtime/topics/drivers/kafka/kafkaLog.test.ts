/** The log on a cluster that is played (mock/fakeCluster.testkit.ts): everything but the protocol itself. */
import { testGroupStorage } from "../../groups.contract.ts";
import type { Delivery, Lease } from "../../groups.ts";
import { failed, settle, TestMember, until, valuesOf } from "../../groupContract/testMember.ts";
import { testLogStorage, TOPICS } from "../../storage.contract.ts";
import type { LogStorage, TopicSettings } from "../../storage.ts";
import type { KafkaClient } from "./client.ts";
import { openKafkaLog } from "./kafkaLog.ts";
import { TIMES, type MemberTimes } from "./member.ts";
import { FakeCluster } from "./mock/fakeCluster.testkit.ts";

const QUICK: MemberTimes = {
  ...TIMES,
  sessionMs: 600,
  heartbeatMs: 50,
  rebalanceMs: 400,
  fetchMs: 20,
};

let cluster: FakeCluster;
/** All that were made, in their order. */
let clients: KafkaClient[];

function open(topics: readonly TopicSettings[] = TOPICS): Promise<LogStorage> {
  return openKafkaLog(
    { app: "shop", topics, brokers: [], ssl: false, sasl: undefined },
    {
      times: QUICK,
      connect: () => {
        const client = cluster.connect();
        clients.push(client);
        return Promise.resolve(client);
      },
    },
  );
}

beforeEach(() => {
  cluster = new FakeCluster();
  clients = [];
});

afterEach(() => {
  cluster.close();
});

describe("log", () => {
  testLogStorage(() => open(), { without: ["keys", "idempotency"] });
});

describe("groups", () => {
  testGroupStorage(() => open(), { without: ["records", "fences", "liveReset"] });
});

const append = (log: LogStorage, ...values: readonly unknown[]): Promise<void> =>
  log.append(
    "single",
    values.map((value) => ({ key: "k", value: JSON.stringify(value) })),
  );

const stored = async (log: LogStorage) =>
  (await log.read("single", { limit: 1000 })).map(({ value }) => JSON.parse(value) as unknown);

describe("topics", () => {
  test("are made so that events are kept for good, and refused with other partitions", async () => {
    const log = await open([{ name: "orders", partitions: 3 }]);
    await log.close();
    expect(cluster.created).toEqual([
      {
        name: "shop_orders",
        partitions: 3,
        replicas: 1,
        settings: {
          "cleanup.policy": "delete",
          "retention.ms": "-1",
          "retention.bytes": "-1",
          "message.timestamp.type": "LogAppendTime",
        },
      },
    ]);
    await expect(open([{ name: "orders", partitions: 4 }])).rejects.toThrow(
      "topic 'orders' has 3 partitions, not 4",
    );
  });

  test("can't have the name of another's dead letters, or one that Kafka can't have", async () => {
    const named = (...names: readonly string[]) =>
      open(names.map((name) => ({ name, partitions: 1 })));
    await expect(named("orders", "orders_dlq")).rejects.toThrow(
      "on Kafka the topic 'orders_dlq' is that of the dead letters of 'orders'",
    );
    await expect(named("x".repeat(245))).rejects.toThrow(
      /^Kafka can't have a topic with the name /,
    );
  });

  test("that can't be made are named, with what to do", async () => {
    cluster.fail("createTopic", "denied");
    await expect(open([{ name: "orders", partitions: 3 }])).rejects.toMatchObject({
      name: "LogError",
      message: "Kafka has no topic 'shop_orders', and doesn't let us make it: played",
      hint: "make it, with 3 partitions",
    });
  });
});

describe("appends", () => {
  test("are stored once, in order, however often they must be sent", async () => {
    const log = await open();
    for (const kind of ["again", "again", "unknownTopic"] as const) {
      cluster.fail("produce", kind, true);
      cluster.fail("produce", kind);
    }
    await Promise.all([1, 2, 3, 4, 5].map((value) => append(log, value)));
    await append(log, 6);
    expect(await stored(log)).toEqual([1, 2, 3, 4, 5, 6]);
    await log.close();
  });

  test("go on with another producer when its sequence is broken", async () => {
    const log = await open();
    await append(log, 1);
    cluster.fail("produce", "sequence");
    await append(log, 2);
    await append(log, 3);
    expect(await stored(log)).toEqual([1, 2, 3]);
    expect(cluster.produced.map(({ producer, sequence }) => [producer?.id, sequence])).toEqual([
      [1, 0],
      [2, 0],
      [2, 1],
    ]);
    await log.close();
  });

  test("one that is too large is refused, and nobody else suffers", async () => {
    const log = await open();
    const first = append(log, 1);
    const others = [append(log, 2), append(log, "large"), append(log, 3)];
    await first;
    // The batch of all three, then the one of the second alone.
    cluster.fail("produce", "tooLarge");
    await others[0];
    cluster.fail("produce", "tooLarge");
    await expect(others[1]).rejects.toMatchObject({
      message: "an event is too large for Kafka: played",
      hint: "max.message.bytes of the topic says how large one may be",
    });
    await others[2];
    expect(await stored(log)).toEqual([1, 2, 3]);
    await log.close();
  });

  test("need no producer where Kafka has none for us", async () => {
    const log = await open();
    cluster.fail("newProducer", "denied");
    await append(log, 1);
    expect(cluster.produced[0]?.producer).toBeUndefined();
    await log.close();
  });
});

describe("members", () => {
  let log: LogStorage;
  let members: TestMember[];

  beforeEach(async () => {
    log = await open();
    members = [];
  });

  afterEach(async () => {
    await Promise.all(members.map((member) => member.leave()));
    await log.close();
  });

  const join = async (
    options: Partial<ConstructorParameters<typeof TestMember>[0]> = {},
  ): Promise<TestMember> => {
    const member = new TestMember({ group: "g", topics: ["single"], ...options });
    members.push(member);
    return member.join(log);
  };

  /** As if the process of a member had died: its connections say nothing any more. */
  const kill = (): void => {
    const line = clients.at(-1);
    if (line !== undefined) cluster.silence(line);
  };

  test("a crash is noticed, and what may be its cause is suspect", async () => {
    await append(log, 0, 1, 2);
    const first = await join();
    const lease = await first.lease("single");
    const given = await first.take(lease, 2);
    settle(given[0] as Delivery, lease);
    await lease.begin(given[1] as Delivery, 1, "app.first");
    kill();
    const second = await join();
    const again = await second.take(await second.lease("single"), 2);
    expect(
      again.map(({ event, attempts, isSuspect }) => [event.offset, attempts, isSuspect]),
    ).toEqual([
      [1, 1, true],
      [2, 0, true],
    ]);
    await until(() => !lease.isHeld && first.lost.length === 1, "the end of the first");
    settle(given[1] as Delivery, lease);
    await expect(lease.flush()).rejects.toThrow("another process has taken over this partition");
  });

  test("a member that was taken for gone comes back", async () => {
    const member = await join();
    const lease = await member.lease("single");
    cluster.fail("heartbeat", "stale");
    await until(() => member.lost.includes(lease), "its end");
    expect(lease.isHeld).toBe(false);
    expect(await member.lease("single")).not.toBe(lease);
  });

  test("commits that fail are sent again", async () => {
    await append(log, 0, 1);
    const member = await join({ handle: settle });
    for (const kind of ["rebalance", "rebalance"] as const) cluster.fail("commit", kind);
    await until(async () => (await log.groups.list())[0]?.lag === 0, "the commit");
    expect(valuesOf(member.deliveries)).toEqual([0, 1]);
  });

  test("offsets that are gone are skipped, and settled", async () => {
    await append(log, 0, 1, 2, 3, 4, 5, 6);
    cluster.remove("shop_single", 0, 0, 2);
    cluster.remove("shop_single", 0, 4, 6);
    const member = await join({ handle: settle });
    await until(() => member.deliveries.length === 3, "what is there");
    expect(valuesOf(member.deliveries)).toEqual([2, 3, 6]);
    await until(async () => (await log.groups.list())[0]?.lag === 0, "the commit");
    await member.leave();
    await append(log, 7, 8);
    cluster.remove("shop_single", 0, 0, 8);
    const next = await join({ handle: settle });
    await until(() => next.deliveries.length === 1, "what is left");
    expect(valuesOf(next.deliveries)).toEqual([8]);
    expect(await log.partitions("single")).toMatchObject([{ start: 8, end: 9 }]);
  });

  test("a group that has members can't be reset", async () => {
    await append(log, 0);
    const member = await join();
    await (await member.lease("single")).flush();
    await expect(log.groups.reset("g", "single", new Map([[0, 0]]))).rejects.toMatchObject({
      message: "group 'g' has members: Kafka doesn't let it be reset",
    });
  });

  test("a dead letter is stored before its event counts as settled", async () => {
    await append(log, 0);
    const member = await join();
    const lease: Lease = await member.lease("single");
    const [delivery] = await member.take(lease, 1);
    cluster.fail("produce", "again");
    lease.settle(delivery as Delivery, { records: [], failure: failed(3) });
    await lease.flush();
    expect(await log.groups.deadLetters({ group: "g", limit: 10 })).toHaveLength(1);
    expect((await log.groups.describe("g"))?.partitions).toMatchObject([{ committed: 1, lag: 0 }]);
    // So that other programs understand them.
    const letter = cluster.produced.find(({ topic }) => topic === "shop_single_dlq")?.records[0];
    expect(letter?.headers).toMatchObject({
      "spacer-group": "g",
      "spacer-topic": "single",
      "spacer-partition": "0",
      "spacer-offset": "0",
      "spacer-handler": "app.second",
      "spacer-error": "app/second.lua:2: boom",
      "spacer-attempts": "3",
    });
  });

  test("what Kafka doesn't keep is refused", async () => {
    const filter = { group: "g", topic: "single", partition: 0, from: 0, to: 1, handler: "h" };
    await expect(log.groups.records(filter)).rejects.toMatchObject({ name: "LogError" });
    const fence = { group: "g", topic: "single", partition: 0, epoch: 1 };
    const fenced = log.append("single", [{ key: "k", value: "1" }], { fence });
    await expect(fenced).rejects.toMatchObject({ name: "LogError" });
  });
});
