import { readConfig } from "./config.ts";
import { defaultAppName } from "./projectRoot.ts";
import { useSettings } from "./config.testkit.ts";

const settings = useSettings();
const { read, problemOf } = settings;

const MINIMAL = "spacerVersion: 1\nappName: my-app\n";

test("all keys are read", () => {
  const config = read(
    `
spacerVersion: 1
appName: my-app
topics:
  - users
  - { name: orders, partitions: 8 }
events:
  users:
    APPEND: [handlers/one, { run: handlers/two, attempts: 3 }]
envVar: [API_KEY]
logStorage:
  development: { driver: memory }
  production: { driver: kafka, brokers: "a:1,b:2" }
  staging:
    driver: kafka
    brokers: [a:1]
    ssl: { ca: ca.pem }
    sasl: { mechanism: scram-sha-512, username: shop }
    replicas: 2
  test: { driver: postgres, connString: "postgres://localhost/x" }
database:
  production: { host: db, port: 5433, database: shop, user: shop, ssl: true, pool: { max: 3, wait: 1s } }
consumerGroup: group
functionInvoker: http://localhost:3000
writeProxyListen: ":9065"
gateway: { port: 8080, host: 0.0.0.0, bodyLimit: 2MB, cpuLimit: 250ms, timeout: 1.5 min }
http: { connections: 200, idleConnections: 0, keepAlive: 1min }
`,
    { SPACER_KAFKA_PASSWORD: "secret" },
  );
  expect(config).toEqual({
    spacerVersion: 1,
    appName: "my-app",
    topics: [
      { name: "users", partitions: undefined },
      { name: "orders", partitions: 8 },
    ],
    events: new Map([
      [
        "users",
        {
          APPEND: [
            { run: "handlers/one", attempts: undefined },
            { run: "handlers/two", attempts: 3 },
          ],
        },
      ],
    ]),
    envVar: ["API_KEY"],
    logStorage: new Map([
      ["development", { driver: "memory", connString: undefined, brokers: undefined }],
      ["production", { driver: "kafka", connString: undefined, brokers: ["a:1", "b:2"] }],
      [
        "staging",
        {
          driver: "kafka",
          brokers: ["a:1"],
          ssl: { ca: "ca.pem" },
          sasl: { mechanism: "scram-sha-512", username: "shop", password: "secret" },
          replicas: 2,
        },
      ],
      ["test", { driver: "postgres", connString: "postgres://localhost/x", brokers: undefined }],
    ]),
    database: new Map([
      [
        "production",
        {
          host: "db",
          port: 5433,
          database: "shop",
          user: "shop",
          ssl: true,
          pool: { max: 3, wait: 1000 },
        },
      ],
    ]),
    consumerGroup: "group",
    functionInvoker: "http://localhost:3000",
    writeProxyListen: { host: undefined, port: 9065 },
    build: { include: [] },
    http: { connections: 200, idleConnections: 0, keepAlive: 60_000 },
    workers: {},
    schedules: [],
    sharedDicts: new Map(),
    gateway: {
      port: 8080,
      host: "0.0.0.0",
      bodyLimit: 2 * 1024 * 1024,
      cpuLimit: 250,
      timeout: 90_000,
      static: [],
    },
  });
});

test("what is left out, or empty, has its default", () => {
  expect(read(`${MINIMAL}topics:\ngateway:\n`)).toMatchObject({
    topics: [],
    events: new Map(),
    envVar: [],
    gateway: {
      port: undefined,
      host: undefined,
      bodyLimit: undefined,
      cpuLimit: undefined,
      timeout: undefined,
    },
  });
});

test("connections of functions are as many as can be", () => {
  const env = { SPACER_HTTP_CONNECTIONS: "7", SPACER_HTTP_KEEP_ALIVE: "2s" };
  const { http } = read(`${MINIMAL}http: {connections: 5, idleConnections: 3}\n`, env);
  expect(http).toEqual({ connections: 7, idleConnections: 3, keepAlive: 2000 });
  expect(problemOf(`${MINIMAL}http: {connections: 0}\n`)).toMatch(
    /http\.connections: must be a whole number from 1 to 65535/,
  );
  expect(problemOf(`${MINIMAL}http: {connection: 5}\n`)).toMatch(/connections/);
});

test("times are whole milliseconds: some of Node's timers take no others", () => {
  const text = `${MINIMAL}gateway: { grace: 1.0005s, headerTimeout: 1.4 ms, requestTimeout: 0.1min }\n`;
  expect(read(text).gateway).toMatchObject({
    grace: 1001,
    headerTimeout: 1,
    requestTimeout: 6000,
  });
});

test("a project without settings is named after its folder", () => {
  expect(readConfig(settings.root, {})).toMatchObject({ spacerVersion: 1, topics: [] });
  expect(defaultAppName("/x/my_first app_")).toBe("my-first-app");
  expect(defaultAppName("/")).toBe("app");
});

test.each([
  [
    `${MINIMAL}apName: x\n`,
    "config/application.yml:3: unknown key 'apName' / did you mean 'appName'?",
  ],
  [
    `${MINIMAL}gateway:\n  prot: 1\n`,
    "config/application.yml:4: unknown key 'prot' in 'gateway' / did you mean 'port'?",
  ],
  [`${MINIMAL}__proto__: 1\n`, /^config\/application.yml:3: unknown key '__proto__'/],
  ["appName: x\n", "config/application.yml:1: spacerVersion: is missing / write spacerVersion: 1"],
  [
    "spacerVersion: 2\nappName: x\n",
    /^config\/application.yml:1: spacerVersion: must be 1 \/ this spacer reads version 1/,
  ],
  ["spacerVersion: 1\n", "config/application.yml:1: appName: is missing / write appName: my-app"],
  [
    "spacerVersion: 1\nappName: my_app\n",
    "config/application.yml:2: appName: 'my_app' must not contain '_' / ",
  ],
  [`${MINIMAL}topics: users\n`, /^config\/application.yml:3: topics: must be a list/],
  [
    `${MINIMAL}topics:\n  - users\n  - "a b"\n`,
    /^config\/application.yml:5: topics\[2\]: 'a b' is no name for a topic/,
  ],
  [
    `${MINIMAL}gateway: { port: 70000 }\n`,
    "config/application.yml:3: gateway.port: must be a whole number from 0 to 65535 / ",
  ],
  [
    `${MINIMAL}gateway: { port: 80x }\n`,
    "config/application.yml:3: gateway.port: must be a whole number from 0 to 65535 / ",
  ],
  [`${MINIMAL}gateway: { timeout: 5 }\n`, /gateway.timeout: must be a time up to 1440min \/ write/],
  [`${MINIMAL}gateway: { cpuLimit: 0s }\n`, /gateway.cpuLimit: must be a time up to 1440min/],
  [`${MINIMAL}gateway: { timeout: 2000min }\n`, /gateway.timeout: must be a time up to 1440min/],
  [`${MINIMAL}gateway: { bodyLimit: 3 GB }\n`, /gateway.bodyLimit: must be a size up to 1024MB/],
  [
    `${MINIMAL}logStorage: { production: { driver: postgre } }\n`,
    /:3: logStorage.production.driver: 'postgre' is not known here .* did you mean 'postgres'/,
  ],
  [
    `${MINIMAL}events: [1]\n`,
    "config/application.yml:3: events: must be a map of 'key: value' lines / ",
  ],
  [
    `${MINIMAL}topics: [users]\nevents:\n  user: { APPEND: [f] }\n`,
    "config/application.yml:5: events.user: there is no topic 'user' / did you mean 'users'?",
  ],
  [
    `${MINIMAL}events:\n  users: { APPEND: [f] }\n`,
    "config/application.yml:4: events.users: there is no topic 'users' / add it: topics: [users]",
  ],
  [
    `${MINIMAL}topics: [users]\nevents: { users: { append: [f] } }\n`,
    /^config\/application.yml:4: unknown key 'append' in 'events.users' \/ did you mean 'APPEND'/,
  ],
  [
    `${MINIMAL}topics: [users]\nevents: { users: { APPEND: f } }\n`,
    /^config\/application.yml:4: events.users.APPEND: must be a list/,
  ],
  [
    `${MINIMAL}topics: [users]\nevents:\n  users:\n    APPEND: [{ atempts: 3, run: f }]\n`,
    /^config\/application.yml:6: unknown key 'atempts' in 'events.users.APPEND\[1\]' \/ did you mean 'attempts'/,
  ],
  [
    `${MINIMAL}topics: [users]\nevents:\n  users:\n    APPEND: [{ attempts: 3 }]\n`,
    /^config\/application.yml:6: events.users.APPEND\[1\].run: is missing/,
  ],
  [
    `${MINIMAL}topics: [users]\nevents: { users: { attempts: 0 } }\n`,
    /^config\/application.yml:4: events.users.attempts: must be a whole number from 1 to 1000/,
  ],
  [
    `${MINIMAL}topics: [users]\nevents: { users: { concurrency: many } }\n`,
    /^config\/application.yml:4: events.users.concurrency: must be a whole number from 1 to 1000/,
  ],
  [
    `${MINIMAL}topics: [users]\nevents: { users: { from: latst } }\n`,
    /^config\/application.yml:4: events.users.from: 'latst' .*did you mean 'latest'/,
  ],
  [
    `${MINIMAL}topics: [users]\nevents: { users: { backoff: { factor: 0.5 } } }\n`,
    /^config\/application.yml:4: events.users.backoff.factor: must be a number from 1 to 100/,
  ],
  [
    `${MINIMAL}topics: [users]\nevents: { users: { backoff: 5 } }\n`,
    /^config\/application.yml:4: events.users.backoff: must be a time/,
  ],
  [`${MINIMAL}appName: again\n`, /^config\/application.yml:3: Map keys must be unique/],
  [`${MINIMAL}topics: [a\n`, /^config\/application.yml:\d: /],
  ["", "config/application.yml:1: spacerVersion: is missing / write spacerVersion: 1"],
])("%j is refused", (text, problem) => {
  if (typeof problem === "string") expect(problemOf(text)).toBe(problem);
  else expect(problemOf(text)).toMatch(problem);
});

test.each([
  [":9065", { host: undefined, port: 9065 }],
  ["localhost:0", { host: "localhost", port: 0 }],
  ['"[::1]:9065"', { host: "::1", port: 9065 }],
])("other programs append on %s", (text, address) => {
  expect(read(`${MINIMAL}writeProxyListen: ${text}\n`).writeProxyListen).toEqual(address);
});

test.each(["9065", ":65536", '"host:"', '"::1:9065"', "http://localhost:9065", "a b:1"])(
  "other programs can't append on %s",
  (text) => {
    expect(problemOf(`${MINIMAL}writeProxyListen: ${text}\n`)).toBe(
      "config/application.yml:3: writeProxyListen: must be a port, or an address and a port / " +
        'write it as in ":9065" or "127.0.0.1:9065"',
    );
  },
);

test("settings of triggers are read, for a topic and for a function", () => {
  const { events } = read(
    `${MINIMAL}topics: [users]\nevents:\n  users:\n    from: latest\n    concurrency: 4\n    timeout: 10s\n` +
      "    backoff: 2s\n    APPEND: [{ run: f, attempts: 3, backoff: { first: 1s, factor: 1.5, max: 5min } }]\n",
  );
  expect(events.get("users")).toEqual({
    from: "latest",
    concurrency: 4,
    attempts: undefined,
    timeout: 10_000,
    backoff: { first: 2000, factor: undefined, max: undefined },
    APPEND: [
      {
        run: "f",
        attempts: 3,
        timeout: undefined,
        backoff: { first: 1000, factor: 1.5, max: 300_000 },
      },
    ],
  });
});

test("topics of a variable are those that triggers may name", () => {
  const text = `${MINIMAL}events: { users: { APPEND: [f] } }\n`;
  expect(read(text, { TOPICS: "[users]" }).events.size).toBe(1);
});

test("environment variables override settings", () => {
  expect(
    read(`${MINIMAL}gateway: { port: 1, host: a }\nconsumerGroup: b\n`, {
      APPNAME: "from-original",
      SPACER_CONSUMER_GROUP: "from-prefix",
      TOPICS: "[a, b]",
      SPACER_GATEWAY_PORT: "9",
      SPACER_GATEWAY_BODY_LIMIT: "1KB",
      SPACER_GATEWAY_CPU_LIMIT: "2s",
      FUNCTIONINVOKER: "",
    }),
  ).toMatchObject({
    appName: "from-original",
    consumerGroup: "from-prefix",
    topics: [{ name: "a" }, { name: "b" }],
    functionInvoker: undefined,
    gateway: { port: 9, host: "a", bodyLimit: 1024, cpuLimit: 2000 },
  });
});

test("PORT overrides the port, and SPACER_GATEWAY_PORT overrides PORT", () => {
  expect(read(MINIMAL, { PORT: "5" }).gateway.port).toBe(5);
  expect(read(MINIMAL, { PORT: "5", SPACER_GATEWAY_PORT: "6" }).gateway.port).toBe(6);
});

test("a wrong environment variable is named", () => {
  expect(problemOf(MINIMAL, { PORT: "http" })).toBe(
    "environment variable PORT: gateway.port: must be a whole number from 0 to 65535 / ",
  );
});

test.each([
  ["true", true],
  ["false", undefined],
  ["2", 2],
  ["0", undefined],
  ["loopback", ["loopback"]],
  ["[10.0.0.0/8, '::1']", ["10.0.0.0/8", "::1"]],
])("gateway.trustProxy: %s", (text, expected) => {
  expect(read(`${MINIMAL}gateway: { trustProxy: ${text} }`).gateway.trustProxy).toEqual(expected);
});

test("trustProxy and cors tell what is wrong", () => {
  const of = (text: string) => problemOf(`${MINIMAL}gateway: { ${text} }`);
  expect(of("trustProxy: [10.0.0.0/33]")).toContain("'10.0.0.0/33' is no address");
  expect(of("trustProxy: -1")).toContain("must be a whole number from 0");
  expect(of("cors: { origins: '*', credentials: true }")).toContain(
    "has credentials for all origins",
  );
  expect(of("cors: { origins: https://a.example/x }")).toContain("is no origin");
  expect(of("cors: {}")).toContain("origins: is missing");
  expect(of("cors: { origins: '*', methods: [BREW] }")).toContain("'BREW' is not known here");
});

test("cors has defaults", () => {
  const { gateway } = read(
    `${MINIMAL}gateway: { cors: { origins: https://a.example, maxAge: 10min } }`,
  );
  expect(gateway.cors).toEqual({
    origins: ["https://a.example"],
    methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    headers: undefined,
    credentials: false,
    maxAgeSeconds: 600,
  });
});

test("folders of files", () => {
  const { gateway } = read(
    `${MINIMAL}gateway:\n  static:\n    - { path: /assets, dir: public, maxAge: 1h, immutable: true }\n    - path: /\n      dir: ../web/dist\n      precompressed: true\n      fallback: index.html\n`,
  );
  expect(gateway.static).toMatchObject([
    { path: "/assets", dir: { dir: "public" }, maxAge: 3_600_000, immutable: true },
    { path: "/", dir: { dir: "../web/dist" }, precompressed: true, fallback: "index.html" },
  ]);
  expect(read(MINIMAL).gateway.static).toEqual([]);
});

test("folders of files tell what is wrong", () => {
  const of = (text: string) => problemOf(`${MINIMAL}gateway: { static: [{ ${text} }] }`);
  expect(of("dir: public")).toContain("path: is missing");
  expect(of("path: /a")).toContain("dir: is missing / write dir: public");
  expect(of("path: assets, dir: public")).toContain("'assets' must begin with '/'");
  expect(of("path: '/a/*', dir: public")).toContain("'/a/*' is no plain path");
  expect(of("path: /a/../b, dir: public")).toContain("has '.' or '..' in it");
  expect(of("path: /private/x, dir: public")).toContain("call functions and no files");
  expect(of("path: /a, dir: public, maxAge: 2y")).toContain("must be a time up to 365d");
  expect(of("path: /a, dir: public, maxAge: 400d")).toContain("must be a time up to 365d");
  expect(of("path: /a, dir: public, fallback: ../x")).toContain("is no file in the folder");
  expect(of("path: /a, dir: public, max_age: 1h")).toContain("unknown key 'max_age'");
});
