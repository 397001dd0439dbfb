import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { createGatewayServer, type GatewayServer } from "../../runtime/gateway/index.ts";
import { RequestStats } from "./requestStats.ts";

const HOST = "127.0.0.1";
let server: GatewayServer | undefined;

afterEach(async () => {
  await server?.close();
});

async function until(condition: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error("waited in vain");
    await delay(5);
  }
}

/** A server that leaves all requests without an answer, which the test gives. */
async function open(): Promise<{ stats: RequestStats; responses: ServerResponse[]; port: number }> {
  const stats = new RequestStats();
  const responses: ServerResponse[] = [];
  server = await createGatewayServer({ host: HOST, port: 0 });
  server.serve(stats.observe({ handle: (_, response) => responses.push(response) }));
  return { stats, responses, port: server.address.port };
}

const REQUEST = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";

test("requests behind others on a connection are in flight no more when their client goes", async () => {
  const { stats, responses, port } = await open();
  const client = connect(port, HOST);
  client.write(REQUEST.repeat(4));
  await until(() => stats.inFlight === 4);
  const [first, second, third] = responses;
  first?.end("one");
  await until(() => stats.inFlight === 3);
  // Has its answer, which waits for the one before it.
  third?.end("three");
  client.destroy();
  await until(() => stats.inFlight === 0);
  expect(responses.map(({ destroyed }) => destroyed)).toEqual([true, true, true, true]);
  // Who does not look, and answers all the same, changes nothing.
  second?.end("two");
  await delay(20);
  expect(stats.inFlight).toBe(0);
});

test("requests behind others are in flight until their replies are through", async () => {
  const { stats, responses, port } = await open();
  const client = connect(port, HOST);
  client.write(REQUEST.repeat(3));
  await until(() => responses.length === 3);
  const [first, second, third] = responses;
  third?.end("three");
  second?.end("two");
  await delay(20);
  expect(stats.inFlight).toBe(3);
  first?.end("one");
  await until(() => stats.inFlight === 0);
  client.destroy();
});
