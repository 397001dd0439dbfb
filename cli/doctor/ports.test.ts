/** Ports that others have, and whether the doctor knows who. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import type { TestCli } from "../context.testkit.ts";
import { createTestPatient, found, SETTINGS, type TestPatient } from "./patient.testkit.ts";

/** For tests that start the program. */
const PATIENCE_MS = 30_000;

let patient: TestPatient;
let cli: TestCli;
let look: TestPatient["look"];

beforeEach(() => {
  patient = createTestPatient();
  ({ cli } = patient);
  look = (...words) => patient.look(...words);
});

afterEach(() => {
  patient.dispose();
});

let server: Server | undefined;
let other: ChildProcess | undefined;

afterEach(async () => {
  server?.close();
  if (other?.kill() === true) await once(other, "close");
  other = undefined;
});

async function take(): Promise<number> {
  server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

test("one that this very process has, and one that is free", async () => {
  const port = await take();
  const changes = { procFolder: "/proc" };
  const env = { PORT: String(port) };
  expect(await look("ports", { env, changes })).toEqual(
    found(
      "problem",
      new RegExp(
        `^port ${String(port)} is in use by another program(?:: process ${String(process.pid)}, .*node.*)?$`,
      ),
      /choose another port/,
    ),
  );
  server?.close();
  expect(await look("ports", { env, changes })).toEqual([
    { level: "ok", message: `port ${String(port)} (HTTP) is free` },
  ]);
});

test("writeProxyListen, and an address that the machine has not", async () => {
  const port = await take();
  cli.write(
    "config/application.yml",
    `${SETTINGS}topics: [orders]\nwriteProxyListen: "127.0.0.1:${String(port)}"\n` +
      "logStorage: { development: { driver: memory } }\ngateway: { port: 3000, host: 192.0.2.1 }\n",
  );
  expect(await look("ports")).toEqual([
    ...found("problem", /^this machine has no address 192\.0\.2\.1$/, /--host/),
    ...found("problem", /^writeProxyListen: port \d+ is in use/, /choose another/),
  ]);
});

test("the port for metrics, which only workers have, and which is not worth a problem", async () => {
  const port = await take();
  const admin = `gateway: { port: 0, admin: { port: ${String(port)} } }\n`;
  cli.write("config/application.yml", SETTINGS + admin);
  expect(await look("ports")).toEqual([]);
  expect(await look("ports", { environment: "production" })).toEqual(
    found(
      "problem",
      /^gateway\.admin: port \d+ of 127\.0\.0\.1 can't be had/,
      /admin: false|false for none/,
    ),
  );
});

test(
  "spacer serves this project there",
  async () => {
    const [program = "", ...words] = cli.context.self;
    other = spawn(program, [...words, "dev", cli.cwd, "--port", "0"], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NO_COLOR: "1" },
    });
    let out = "";
    other.stdout?.setEncoding("utf8").on("data", (text: string) => (out += text));
    while (!/localhost:\d+/.test(out)) await new Promise((wake) => setTimeout(wake, 20));
    const port = /localhost:(\d+)/.exec(out)?.[1] ?? "";
    const findings = await look("ports", {
      env: { PORT: port },
      changes: { procFolder: "/proc" },
    });
    // Only Linux tells who it is.
    const message =
      process.platform === "linux"
        ? `port ${port} (HTTP) is served by spacer itself, process ${String(other.pid)}`
        : (expect.anything() as string);
    expect(findings).toMatchObject([{ message }]);
    cli.write("second/app/gateway.lua", "return {}\n");
    cli.write("second/config/application.yml", `${SETTINGS}gateway: { port: ${port} }\n`);
    expect(await cli.run("doctor", "second")).toBe(1);
    expect(cli.out).toMatch(new RegExp(`problem {2}ports: port ${port} is in use`));
  },
  PATIENCE_MS,
);
