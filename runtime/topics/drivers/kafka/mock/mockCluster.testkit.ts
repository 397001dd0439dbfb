/**
 * A cluster for the tests of the driver. The mock of librdkafka (mockCluster.py) needs Debian's `librdkafka1` and
 * Python; `SPACER_TEST_KAFKA=host:port,...` takes a real one instead.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";

export interface TestCluster {
  readonly brokers: readonly string[];
  /** `undefined`: it is a real one. */
  readonly mock: MockCluster | undefined;
  close(): Promise<void>;
}

const real = process.env["SPACER_TEST_KAFKA"];

const isMockThere =
  spawnSync("python3", ["-c", "import ctypes; ctypes.CDLL('librdkafka.so.1')"]).status === 0;

export const isRealCluster = real !== undefined;

/** Runs the tests, or says why they are skipped. */
export function describeWithCluster(name: string, tests: () => void): void {
  if (isRealCluster || isMockThere) describe(name, tests);
  else describe.skip(`${name} (skipped: python3 or librdkafka.so.1 is not installed)`, tests);
}

export async function openTestCluster(): Promise<TestCluster> {
  if (real !== undefined) {
    return { brokers: real.split(","), mock: undefined, close: () => Promise.resolve() };
  }
  const mock = new MockCluster();
  return { brokers: await mock.brokers, mock, close: () => mock.close() };
}

export class MockCluster {
  readonly brokers: Promise<readonly string[]>;
  private readonly process: ChildProcess;
  private readonly lines: Interface;
  private last: Promise<unknown>;

  constructor() {
    this.process = spawn("python3", [join(__dirname, "mockCluster.py")], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.lines = createInterface({ input: this.process.stdout as NodeJS.ReadableStream });
    this.brokers = this.nextLine().then((line) => line.replace("brokers ", "").split(","));
    this.last = this.brokers;
  }

  createTopic(name: string, partitions: number): Promise<void> {
    return this.tell(`topic ${name} ${String(partitions)}`);
  }

  /** The next requests fail. @param api @param code Numbers of Kafka's protocol. */
  fail(api: number, code: number, count = 1): Promise<void> {
    return this.tell(`fail ${String(api)} ${String(code)} ${String(count)}`);
  }

  down(broker: number): Promise<void> {
    return this.tell(`down ${String(broker)}`);
  }

  up(broker: number): Promise<void> {
    return this.tell(`up ${String(broker)}`);
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGKILL");
    await ended;
    this.lines.close();
  }

  /** One answer for each line, in their order. */
  private async tell(line: string): Promise<void> {
    const before = this.last;
    this.last = (async () => {
      await before;
      const answer = this.nextLine();
      this.process.stdin?.write(`${line}\n`);
      if ((await answer) !== "done 0") throw new Error(`the mock can't do '${line}'`);
    })();
    await this.last;
  }

  private nextLine(): Promise<string> {
    return new Promise((resolve) => this.lines.once("line", resolve));
  }
}
