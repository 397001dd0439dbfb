/** Clients that take their time, to keep the server waiting or because they can't do better. */
import { connect } from "node:net";
import type { GatewayServer } from "./server.ts";
import {
  CHUNKED,
  closeAll,
  expectAlive,
  head,
  HOST,
  open,
  parseAnswers,
  send,
  statuses,
} from "./rawClient.testkit.ts";

afterEach(closeAll);

const TIMES = { headerTimeoutMs: 300, requestTimeoutMs: 900 };
const LATE = '408 {"error":"the request took too long to arrive"}';

/** Sends a byte now and then, until the server has enough. */
function trickle({ address }: GatewayServer, start: string, more: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(address.port, HOST, () => socket.write(start));
    const timer = setInterval(() => {
      if (socket.writable) socket.write(more);
    }, 50);
    socket.on("data", (piece) => (answer += piece.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearInterval(timer);
      resolve(answer);
    });
  });
}

async function late(answer: Promise<string>): Promise<void> {
  const found = parseAnswers(await answer).map(({ status, body }) => `${String(status)} ${body}`);
  expect(found).toEqual([`${LATE}\n`]);
}

test("whose headers never end", async () => {
  const server = await open(TIMES);
  await late(trickle(server, "GET /echo HTTP/1.1\r\nHost: x\r\n", "X: y\r\n"));
  await expectAlive(server);
});

test("whose first line never ends", async () => {
  const server = await open(TIMES);
  await late(trickle(server, "GET /", "a"));
  await expectAlive(server);
});

test("whose body never ends", async () => {
  const server = await open(TIMES);
  await late(trickle(server, head("POST /echo", "Content-Length: 5000"), "x"));
  await late(trickle(server, head("POST /echo", CHUNKED), "1\r\nx\r\n"));
  await expectAlive(server);
});

test("that say nothing", async () => {
  const server = await open(TIMES);
  await late(send(server));
  await expectAlive(server);
});

test("a body that takes its time, but not too much, is read", async () => {
  const server = await open(TIMES);
  const found = statuses(server, head("POST /echo", "Content-Length: 7"), ...'{"a":1}'.split(""));
  expect(await found).toBe('200 {"data":{"a":1}}');
});

test("that ask nothing more are let go, and were told when", async () => {
  const server = await open({ keepAliveTimeoutMs: 2000 });
  const [answer, ...others] = parseAnswers(
    await send(server, "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n"),
  );
  expect(others).toEqual([]);
  expect(answer?.headers).toMatchObject({ connection: "keep-alive", "keep-alive": "timeout=2" });
});

test("many of them keep nobody else waiting", async () => {
  const server = await open({ headerTimeoutMs: 2000 });
  const slow = Array.from({ length: 200 }, () => {
    const socket = connect(server.address.port, HOST, () => socket.write("GET /echo HT"));
    socket.on("error", () => undefined);
    return socket;
  });
  await Promise.all(
    slow.map((socket) => new Promise((resolve) => socket.once("connect", resolve))),
  );
  await expectAlive(server);
  for (const socket of slow) socket.destroy();
});
