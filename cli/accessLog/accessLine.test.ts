import { Span } from "../../runtime/index.ts";
import { accessLine } from "./accessLine.ts";
import { parseLine, unescapeField } from "./parseLine.ts";

interface Sample {
  readonly method?: string;
  readonly path?: string;
  readonly name?: string;
  readonly traceId?: string;
  readonly parentId?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly address?: string;
  readonly status?: number;
  readonly sizeBytes?: number;
  /** Of `performance.now()`. */
  readonly startedMs?: number;
  readonly durationMs?: number;
}

function lineOf(sample: Sample): string {
  const { method = "GET", path = "/hello", name = "hello", startedMs = 0 } = sample;
  const { headers = {}, address } = sample;
  const trace = {
    id: sample.traceId ?? "trace",
    isSampled: true,
    vendorState: undefined,
    client: { headers, address },
    takeSpan: undefined,
  };
  const span = new Span(trace, sample.parentId, "span", { method, path, name }, startedMs);
  Object.assign(span, {
    status: sample.status ?? 200,
    sizeBytes: sample.sizeBytes ?? 0,
    durationMs: sample.durationMs ?? 0,
  });
  return accessLine(span);
}

const AT_MS = new Date(2026, 10, 23, 16, 29, 52, 441).getTime();

test("a line has the format of the original", () => {
  const line = lineOf({
    startedMs: AT_MS - performance.timeOrigin - 1.5,
    durationMs: 1.5,
    sizeBytes: 30,
    headers: { referer: "http://localhost/a", "user-agent": "curl/8.0 (x)" },
    address: "::ffff:127.0.0.1",
  });
  const minutes = -new Date(AT_MS).getTimezoneOffset();
  const zone = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((part) =>
    String(part).padStart(2, "0"),
  );
  expect(line).toBe(
    `[200] ["23/Nov/2026:16:29:52 ${minutes < 0 ? "-" : "+"}${zone.join("")}" ${(AT_MS / 1000).toFixed(6)}] ` +
      "GET /hello 30 hello @0.001500 - %trace/-/span% " +
      '["http://localhost/a" "curl/8.0 (x)" 127.0.0.1 -]\n',
  );
});

test("what there is not is a dash", () => {
  expect(lineOf({ name: "-", status: 404 })).toMatch(
    /^\[404\] .* GET \/hello 0 - @0\.000000 - %trace\/-\/span% \["-" "-" - -\]\n$/,
  );
});

test.each([
  [{ path: "/a\nb" }, " /a\\x0Ab "],
  [{ path: '/"] [200' }, " /\\x22]\\x20[200 "],
  [{ path: "/\\x41" }, " /\\x5Cx41 "],
  [{ name: "a b\u00c3\u00a4" }, " a\\x20b\\xC3\\xA4 "],
  [{ method: "GET /" }, " GET\\x20/ "],
  [{ traceId: "a/b%c", parentId: '"/"' }, " %a\\x2Fb\\x25c/\\x22\\x2F\\x22/span% "],
  [{ headers: { "user-agent": 'x" 1.2.3.4 -]\r\n[200]' } }, '"x\\x22 1.2.3.4 -]\\x0D\\x0A[200]"'],
  [{ headers: { referer: "\u001b[31m\u007f\u0085" } }, '["\\x1B[31m\\x7F\\x85" '],
  [{ address: "fe80::1%eth0" }, " fe80::1%eth0 "],
])("%j can't forge anything", (sample, shown) => {
  const line = lineOf(sample);
  expect(line).toContain(shown);
  expect(line).toMatch(/^[\x20-\x7e]*\n$/);
  expect(parseLine(line)).toMatchObject({ id: "span", status: 200 });
});

test("queries and what they hold are left out", () => {
  for (const url of ["http://x/a?spacer_internal_token=s3cret", "http://x/a#?token=s3cret"]) {
    const line = lineOf({ headers: { referer: url, authorization: "Basic czNjcmV0Og==" } });
    expect(line).toContain('["http://x/a" "-" - -]');
    expect(line).not.toMatch(/s3cret|token/);
  }
});

test("a line is read as it was written", () => {
  const sample = { method: "POST", path: "/ü", name: "a b", traceId: "t", parentId: "p/q" };
  const line = lineOf({ ...sample, status: 500, durationMs: 0.25, startedMs: 100 });
  const read = parseLine(line);
  expect(read).toMatchObject({ status: 500, method: "POST", traceId: "t", id: "span" });
  expect(read?.durationMs).toBeCloseTo(0.25, 6);
  expect(read?.endMs).toBeCloseTo(performance.timeOrigin + 100.25, 2);
  expect(unescapeField(read?.name ?? "")).toBe("a b");
  expect(unescapeField(read?.parentId ?? "")).toBe("p/q");
  // Bytes that are no UTF-8.
  expect(unescapeField("\\xC3\\xA4\\xFF")).toBe("ä\ufffd");
});

test("lines of the original are read", () => {
  const line =
    '[200] ["23/Nov/2026:16:29:52 +0000" 1795451392.441] GET /hello 41 hello @0.002 - ' +
    '%1f/-/2e% ["-" "curl/7.88.1" 127.0.0.1 -] \n';
  expect(parseLine(line)).toEqual({
    status: 200,
    endMs: 1795451392441,
    durationMs: 2,
    method: "GET",
    path: "/hello",
    name: "hello",
    traceId: "1f",
    parentId: "-",
    id: "2e",
  });
});

test.each([
  [""],
  ["hello"],
  ["[200]"],
  [lineOf({}).slice(0, -5)],
  [lineOf({}).slice(5)],
  [`${lineOf({}).trimEnd()} more`],
  [lineOf({}).replace("@0.0", "@-")],
])("%j is no line of the log", (line) => {
  expect(parseLine(line)).toBeUndefined();
});
