/**
 * What is not to be had where bundles run besides the server. The build refuses programs that name any of it (refusals.ts); the
 * page docs/reference/targets.md derives from this table.
 */
export type LimitedTarget = "function" | "worker" | "browser";

/** Names of modules and of globals ("io.open", or "io" for all of it), and what to do instead. */
export interface Limit {
  readonly names: readonly string[];
  /** Why it is not there; stands behind "the target 'worker' can't have 'db': ". */
  readonly reason: string;
  readonly hint: string;
}

const TESTS: Limit = {
  names: ["spacer.test"],
  reason: "it belongs to tests",
  hint: "only files in test/ require it",
};

const SERVICES: readonly Limit[] = [
  {
    names: ["topics"],
    reason: "the event log is kept by a server",
    hint: "build the target 'node', or append over HTTP to a server's writeProxyListen",
  },
  {
    names: ["db"],
    reason: "its connections are those of a server",
    hint: "build the target 'node', or ask a server that uses the database",
  },
];

const SOCKETS: Limit = {
  names: ["http", "resty.http"],
  reason: "it opens connections of its own, which only Node can",
  hint: "build the target 'function' or 'node'",
};

const FILES: readonly Limit[] = [
  {
    names: [
      "io.open",
      "io.lines",
      "io.input",
      "io.output",
      "io.read",
      "io.tmpfile",
      "os.remove",
      "os.rename",
      "os.tmpname",
    ],
    reason: "there are no files",
    hint: "put what it reads into a Lua module; print and io.write go to the console",
  },
  {
    names: ["io.popen", "os.execute"],
    reason: "there are no processes",
    hint: "build the target 'function' or 'node'",
  },
];

const OPENSSL: Limit = {
  names: [
    "resty.aes",
    "resty.hmac",
    "resty.jwt",
    "resty.jwt-validators",
    "resty.md5",
    "resty.sha1",
    "resty.sha224",
    "resty.sha256",
    "resty.sha384",
    "resty.sha512",
    "ngx.md5",
    "ngx.md5_bin",
    "ngx.sha1_bin",
    "ngx.hmac_sha1",
  ],
  reason: "there is no OpenSSL, and secret keys do not belong there",
  hint: "ask a server for it; ngx.crc32_short and ngx.encode_base64 are there",
};

export const limits: Readonly<Record<LimitedTarget, readonly Limit[]>> = {
  function: [TESTS, ...SERVICES],
  worker: [TESTS, ...SERVICES, SOCKETS, ...FILES],
  browser: [TESTS, ...SERVICES, SOCKETS, ...FILES, OPENSSL],
};

/** What needs Node's OpenSSL, and `ngx` where it may be any of it. */
export const opensslNames: ReadonlySet<string> = new Set([...OPENSSL.names, "ngx"]);
