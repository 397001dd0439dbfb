/** Both ends of the shared dictionaries of workers, and what goes between them, without processes. */
import {
  DictError,
  DictSet,
  type DictReply,
  type DictRequest,
} from "../../runtime/sharedDicts/index.ts";
import { DictClient, MAX_VALUE_BYTES, UNREACHABLE } from "./dictClient.ts";
import { DictServer } from "./dictServer.ts";
import type { DictReplies, DictRequests } from "./messages.ts";

const MEGABYTE = 2 ** 20;

/** A channel that carries text, as the one between processes does. */
function connect(dicts = oneDict()) {
  const sent: DictRequests[] = [];
  const replies: DictReplies[] = [];
  const line = { isOpen: true, isLosing: false, isSlow: false };
  const sendings: (() => void)[] = [];
  const client = new DictClient({
    isOpen: () => line.isOpen,
    send: (message, onLost) => {
      sent.push(message);
      if (line.isLosing) setImmediate(onLost);
      else server.take(copy(message));
    },
  });
  const server = new DictServer(dicts, (message, onSent) => {
    replies.push(message);
    if (line.isSlow) sendings.push(onSent);
    else setImmediate(onSent);
    setImmediate(() => client.take(copy(message)));
  });
  const dict = client.dict("d");
  const ask = (request: DictRequest) => dict.request(request) as Promise<DictReply>;
  return { ask, client, sent, replies, line, sendings };
}

function oneDict(): DictSet {
  const dicts = new DictSet(() => 0);
  dicts.add(new Map([["d", 100 * MEGABYTE]]));
  return dicts;
}

function copy<Message>(message: Message): Message {
  return JSON.parse(JSON.stringify(message)) as Message;
}

test("what is asked in one turn is one message, and is done in its order", async () => {
  const { ask, sent } = connect();
  const first = [1, 2, 3].map((value) => ask({ command: "incr", key: "n", value, initial: 0 }));
  expect(await Promise.all(first)).toEqual([
    [1, undefined, false],
    [3, undefined, false],
    [6, undefined, false],
  ]);
  expect(await ask({ command: "get", key: "n" })).toEqual([6]);
  expect(sent.map(({ first, requests }) => [first, requests.length])).toEqual([
    [1, 3],
    [4, 1],
  ]);
});

test("values arrive as they are: bytes, and numbers that JSON does not have", async () => {
  const { ask } = connect();
  const bytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join("");
  const values = [bytes, "", true, false, 0, -0, 1e308, NaN, Infinity, -Infinity, 2 ** 53, 0.1];
  for (const value of values) {
    await ask({ command: "set", key: bytes, value });
    const [got] = await ask({ command: "get", key: bytes });
    expect(Object.is(got, value)).toBe(true);
  }
  expect(await ask({ command: "get_keys", key: "" })).toEqual([bytes]);
  await ask({ command: "set", key: bytes });
  expect(await ask({ command: "get", key: bytes })).toEqual([undefined]);
  await ask({ command: "set", key: "flags", value: 1, flags: 7, ttlMs: Infinity });
  expect(await ask({ command: "get", key: "flags" })).toEqual([1, 7]);
  expect(await ask({ command: "ttl", key: "flags" })).toEqual([Infinity]);
});

test("large values are split among messages, and those that are too large never sent", async () => {
  const { ask, sent } = connect();
  const store = (key: number, value: string) => ask({ command: "set", key: String(key), value });
  const text = "x".repeat(0.4 * MEGABYTE);
  await Promise.all([1, 2, 3, 4, 5].map((key) => store(key, text)));
  expect(sent.map(({ requests }) => requests.length)).toEqual([2, 2, 1]);
  expect(await store(6, "x".repeat(MAX_VALUE_BYTES - 1))).toEqual([true, undefined, false]);
  sent.length = 0;
  expect(await store(6, "x".repeat(MAX_VALUE_BYTES))).toEqual([false, "no memory", false]);
  expect(await ask({ command: "lpush", key: "l", value: "x".repeat(MAX_VALUE_BYTES) })).toEqual([
    undefined,
    "no memory",
  ]);
  expect(sent).toEqual([]);
});

test("answers wait for a worker that does not take them", async () => {
  const { ask, replies, line, sendings } = connect();
  await ask({ command: "set", key: "large", value: "x".repeat(0.6 * MEGABYTE) });
  replies.length = 0;
  line.isSlow = true;
  const gets = Array.from({ length: 5 }, () => ask({ command: "get", key: "large" }));
  const last = ask({ command: "incr", key: "n", value: 1, initial: 0 });
  await Promise.all(gets.slice(0, 2));
  expect(replies.map((each) => each.replies.length)).toEqual([2]);
  // Told several times, too.
  while (sendings.length > 0) sendings.shift()?.();
  await Promise.all(gets);
  expect(replies.map((each) => each.replies.length)).toEqual([2, 2, 2]);
  expect(await last).toEqual([1, undefined, false]);
});

test("keys of a huge dictionary are refused all at once, and can be asked for in parts", async () => {
  const { ask } = connect();
  const store = (index: number) =>
    ask({ command: "set", key: String(index).padEnd(60_000, "x"), value: 1 });
  await Promise.all(Array.from({ length: 1300 }, (_, index) => store(index)));
  await expect(ask({ command: "get_keys", key: "" })).rejects.toThrow("too many keys");
  expect(await ask({ command: "get_keys", key: "", maximum: 10 })).toHaveLength(10);
});

test("without a supervisor calls fail, and none hangs", async () => {
  const { ask, client, line } = connect();
  const get = () => ask({ command: "get", key: "a" });
  line.isLosing = true;
  await expect(Promise.all([get(), get()])).rejects.toEqual(new DictError(UNREACHABLE));
  const [asked, waiting] = [get(), get()];
  client.fail();
  await expect(asked).rejects.toThrow(UNREACHABLE);
  await expect(waiting).rejects.toThrow(UNREACHABLE);
  line.isOpen = false;
  await expect(get()).rejects.toThrow(UNREACHABLE);
  // Numbers go on, so that late answers are nobody else's.
  Object.assign(line, { isOpen: true, isLosing: false });
  client.take({ type: "dict-replies", first: 1, replies: [["late"], ["late"], ["late"]] });
  expect(await get()).toEqual([undefined]);
});

test("the supervisor outlives what it does not understand", async () => {
  const { ask, client } = connect();
  const command = "explode" as DictRequest["command"];
  await expect(ask({ command, key: "a" })).rejects.toThrow("can't do 'explode'");
  await expect(client.dict("gone").request({ command: "get", key: "a" })).rejects.toThrow(
    "there is no shared dictionary 'gone' any more",
  );
  expect(await ask({ command: "get", key: "a" })).toEqual([undefined]);
});
