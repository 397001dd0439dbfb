/** The log on a cluster that speaks Kafka's protocol (mock/mockCluster.testkit.ts). */
import { randomUUID } from "node:crypto";
import { delay, settle, TestMember, until } from "../../groupContract/testMember.ts";
import { testGroupStorage } from "../../groups.contract.ts";
import { testLogStorage, TOPICS } from "../../storage.contract.ts";
import { DEFAULT_PARTITIONS, type LogStorage, type TopicSettings } from "../../storage.ts";
import { openKafkaLog } from "./kafkaLog.ts";
import { TIMES, type MemberTimes } from "./member.ts";
import {
  describeWithCluster,
  isRealCluster,
  openTestCluster,
  type MockCluster,
  type TestCluster,
} from "./mock/mockCluster.testkit.ts";

const TIMEOUT_MS = 60_000;

/** The mock waits for a session less a second whenever members come or go. */
const MOCK_TIMES: MemberTimes = {
  ...TIMES,
  sessionMs: 2500,
  heartbeatMs: 200,
  rebalanceMs: 2000,
  fetchMs: 50,
};

let cluster: TestCluster;

const newApp = (): string => `test-${randomUUID()}`;

/** With topics of their own: groups and their offsets are the whole cluster's. */
async function open(
  app = newApp(),
  topics: readonly TopicSettings[] = TOPICS,
): Promise<LogStorage> {
  for (const { name, partitions = DEFAULT_PARTITIONS } of topics) {
    await cluster.mock?.createTopic(`${app}_${name}`, partitions);
    await cluster.mock?.createTopic(`${app}_${name}_dlq`, partitions);
  }
  const times = isRealCluster ? TIMES : MOCK_TIMES;
  return openKafkaLog(
    { app, topics, brokers: cluster.brokers, ssl: false, sasl: undefined },
    { times },
  );
}

describeWithCluster("on a cluster", () => {
  beforeAll(async () => {
    cluster = await openTestCluster();
  }, TIMEOUT_MS);

  afterAll(async () => {
    await cluster.close();
  });

  describe("log", () => {
    testLogStorage(() => open(), {
      // The mock knows no times.
      without: ["keys", "idempotency", ...(isRealCluster ? [] : (["times"] as const))],
    });
  });

  test(
    "connections at rest do not wake the process",
    async () => {
      const log = await open();
      await log.append("single", [{ key: "k", value: "1" }]);
      const timers = jest.spyOn(globalThis, "setTimeout");
      await delay(500);
      expect(timers.mock.calls.length).toBeLessThan(20);
      timers.mockRestore();
      await log.close();
    },
    TIMEOUT_MS,
  );

  (isRealCluster ? describe.skip : describe)("trouble", () => {
    /** Numbers of Kafka's protocol. */
    const API = {
      produce: 0,
      fetch: 1,
      commit: 8,
      committed: 9,
      join: 11,
      heartbeat: 12,
      sync: 14,
    };
    const ERROR = { notLeader: 6, loading: 14, notCoordinator: 16, notEnoughReplicas: 19 };

    test(
      "goes by while nothing is lost, doubled or out of order",
      async () => {
        const mock = cluster.mock as MockCluster;
        const log = await open();
        const values: number[] = [];
        const append = async (): Promise<void> => {
          values.push(values.length);
          await log.append("single", [{ key: "k", value: String(values.length - 1) }]);
        };
        const stored = async () =>
          (await log.read("single", { limit: 1000 })).map(({ value }) => Number(value));
        await append();
        await mock.fail(API.produce, ERROR.notLeader, 2);
        await append();
        await mock.fail(API.produce, ERROR.notEnoughReplicas);
        await Promise.all([append(), append()]);
        await mock.fail(API.fetch, ERROR.notLeader);
        expect(await stored()).toEqual(values);

        await mock.fail(API.join, ERROR.loading);
        await mock.fail(API.sync, ERROR.notCoordinator);
        await mock.fail(API.committed, ERROR.loading);
        const problems: unknown[] = [];
        const member = new TestMember({
          group: newApp(),
          topics: ["single"],
          handle: settle,
          onProblem: (problem) => problems.push(problem),
        });
        await member.join(log);
        await until(() => member.deliveries.length === values.length, "what was there");
        await mock.fail(API.commit, ERROR.notCoordinator);
        await mock.fail(API.heartbeat, ERROR.notCoordinator);
        await append();
        await until(() => member.deliveries.length === values.length, "the next");

        for (const broker of [1, 2, 3]) {
          await mock.down(broker);
          const appended = append();
          await delay(500);
          await mock.up(broker);
          await appended;
        }
        await until(() => member.deliveries.length >= values.length, "all");
        expect(await stored()).toEqual(values);
        expect(new Set(member.values())).toEqual(new Set(values));
        await until(() => problems.length > 0 && problems.at(-1) === undefined, "the end of it");
        await member.leave();
        await log.close();
      },
      TIMEOUT_MS,
    );
  });

  describe("groups", () => {
    testGroupStorage(() => open(), {
      // The mock has no requests to list groups, and forgets no group that ever had members.
      without: [
        "records",
        "fences",
        "liveReset",
        // Its sessions are short, so that tests are: on a busy machine one may end, and events are handled again.
        ...(isRealCluster ? [] : (["list", "reset", "exactHandover"] as const)),
      ],
      // The limit is 15 seconds; a busy machine may take longer, and the mock waits between attempts.
      rebalanceMs: 40_000,
    });
  });
});
