/** A project with topics for tests of commands, on a PostgreSQL that runs as long as it is open. */
import { join } from "node:path";
import type { LogStorage } from "../../runtime/topics/index.ts";
import { readConfig } from "../config.ts";
import { consumerGroupOf } from "../consumerGroup.ts";
import { createTestCli, type TestCli } from "../context.testkit.ts";
import { ProjectLog } from "../projectLog.ts";

export interface TopicsProject {
  readonly cli: TestCli;
  /** Absolute path. */
  readonly root: string;
  readonly log: LogStorage;
  /** Its own consumer group. */
  readonly group: string;
  /** Begins anew, with no events and with these lines in config/application.yml. */
  renew(...settings: readonly string[]): Promise<void>;
  /**
   * Takes part in a group, until `renew` at the latest.
   *
   * @param error Why an event can't be handled; `undefined` when it can.
   */
  join(
    group: string,
    topics: readonly string[],
    error?: (delivery: Delivery) => string | undefined,
  ): Promise<TestGroup>;
  /** Runs a command for the project. @returns What it printed */
  run(...words: readonly string[]): Promise<string>;
  /** Runs a command that fails. @returns What it printed as an error */
  fail(...words: readonly string[]): Promise<string>;
  /** Runs it with --json. @returns What it printed, parsed */
  json(...words: readonly string[]): Promise<unknown>;
  close(): Promise<void>;
}

/** @param settings Lines of config/application.yml. */
export async function openTopicsProject(...settings: readonly string[]): Promise<TopicsProject> {
  const cli = createTestCli();
  await cli.run("init", "shop");
  const root = join(cli.cwd, "shop");
  let count = 1;
  let members: TestGroup[] = [];
  const leaveAll = async (): Promise<void> => {
    for (const member of members) await member.leave();
    members = [];
  };
  let opened = await openLog(cli, root, count, settings);
  const runCommand = async (words: readonly string[]): Promise<number> => {
    cli.clear();
    return await cli.run(...words, "--project", "shop");
  };
  const run = async (...words: readonly string[]): Promise<string> => {
    expect([await runCommand(words), cli.err]).toEqual([0, ""]);
    return cli.out;
  };
  return {
    cli,
    root,
    get log() {
      return opened.log;
    },
    get group() {
      return consumerGroupOf(opened.config);
    },
    renew: async (...others) => {
      await leaveAll();
      const before = opened;
      opened = await openLog(cli, root, ++count, others);
      // Not sooner: the server is to go on.
      await before.projectLog.close();
    },
    join: async (group, topics, error = () => undefined) => {
      const member = await joinGroup(opened.log, group, topics, error);
      members.push(member);
      return member;
    },
    run,
    fail: async (...words) => {
      expect([await runCommand(words), cli.out]).toEqual([1, ""]);
      return cli.err;
    },
    json: async (...words) => JSON.parse(await run(...words, "--json")) as unknown,
    close: async () => {
      await leaveAll();
      await opened.projectLog.close();
      cli.dispose();
    },
  };
}

/** Events are the app's: another name has none. */
async function openLog(cli: TestCli, root: string, count: number, settings: readonly string[]) {
  const lines = ["spacerVersion: 1", `appName: shop${String(count)}`, ...settings, ""];
  cli.write("shop/config/application.yml", lines.join("\n"));
  const config = readConfig(root, {});
  const projectLog = new ProjectLog({ root, config, environment: "development" });
  return { projectLog, config, log: await projectLog.open() };
}

type JoinOptions = Parameters<LogStorage["groups"]["join"]>[0];
type Lease = Parameters<JoinOptions["onLease"]>[0];
type Delivery = Awaited<ReturnType<Lease["next"]>>[number];

export interface TestGroup {
  leave(): Promise<void>;
}

async function joinGroup(
  log: LogStorage,
  group: string,
  topics: readonly string[],
  error: (delivery: Delivery) => string | undefined,
): Promise<TestGroup> {
  const work = async (lease: Lease): Promise<void> => {
    for (;;) {
      const deliveries = await lease.next(100);
      if (deliveries.length === 0) return;
      for (const delivery of deliveries) {
        const text = error(delivery);
        const failure =
          text === undefined
            ? undefined
            : {
                handler: "handlers/on_event",
                attempts: delivery.attempts + 1,
                error: text,
                traceback: "stack traceback:\n\tapp/handlers/on_event.lua:3: in function 'main'",
              };
        lease.settle(delivery, { records: [], failure });
      }
      await lease.flush();
    }
  };
  const running = new Set<Promise<void>>();
  const membership = await log.groups.join({
    group,
    topics: new Map(topics.map((topic) => [topic, "earliest"])),
    member: "test 1",
    onLease: (lease) => void running.add(work(lease)),
    onRevoke: () => Promise.resolve(),
    onLost: () => undefined,
    onProblem: () => undefined,
  });
  let left: Promise<void> | undefined;
  const leave = async (): Promise<void> => {
    await membership.leave();
    await Promise.all(running);
  };
  return { leave: () => (left ??= leave()) };
}
