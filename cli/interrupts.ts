/**
 * Ctrl-C while Lua runs. Node tells of signals between turns of the event loop only, which code that never ends
 * does not get to. But it can end a script of `node:vm` by Ctrl-C at any time, in any thread: so a thread runs one
 * that waits for ever, and counts, in memory that all threads share, how often that is ended.
 */
import { Worker } from "node:worker_threads";

export interface Interrupts {
  /** How often somebody has pressed Ctrl-C so far; right at any time, also in the middle of code that runs. */
  readonly count: number;
  /** Is called between turns of the event loop, after each. */
  listener: (() => void) | undefined;
  /** Ends the thread. Ctrl-C ends the process again. */
  close(): void;
}

/** What the elements of the shared memory are; the same numbers are in `THREAD`. */
const COUNT = 0;
const IS_OVER = 1;

const THREAD = `
const { parentPort, workerData } = require("node:worker_threads");
const { Script } = require("node:vm");
const [COUNT, IS_OVER] = [0, 1];
const memory = new Int32Array(workerData.buffer);
globalThis.waitForEver = () => { Atomics.wait(memory, IS_OVER, 0); };
const script = new Script("waitForEver()");
parentPort.postMessage("ready");
while (Atomics.load(memory, IS_OVER) === 0) {
  try {
    script.runInThisContext({ breakOnSigint: true });
  } catch {
    Atomics.add(memory, COUNT, 1);
    parentPort.postMessage("interrupt");
  }
}`;

/** Resolves once Ctrl-C is watched for. */
export async function watchInterrupts(): Promise<Interrupts> {
  const memory = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  const workerData = { buffer: memory.buffer };
  const thread = new Worker(THREAD, { eval: true, workerData, stdin: false, env: {} });
  const end = (): void => {
    Atomics.store(memory, IS_OVER, 1);
    Atomics.notify(memory, IS_OVER);
  };
  // A thread that waits in there does not notice that the process wants to end.
  process.once("exit", end);
  await new Promise((resolve, reject) => {
    thread.once("message", resolve);
    thread.once("error", reject);
  });
  const interrupts: Interrupts = {
    get count() {
      return Atomics.load(memory, COUNT);
    },
    listener: undefined,
    close: () => {
      process.off("exit", end);
      end();
    },
  };
  thread.on("message", () => interrupts.listener?.());
  // Not before: what nobody holds does not keep us waiting for its first message.
  thread.unref();
  return interrupts;
}
