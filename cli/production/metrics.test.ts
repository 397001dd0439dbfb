import type { WorkerReport } from "./messages.ts";
import { Metrics } from "./metrics.ts";
import { RequestStats } from "./requestStats.ts";

function reportOf(stats: RequestStats): WorkerReport {
  const lag = { p50Ms: 0, p99Ms: 0, maxMs: 0 };
  const sizes = { memoryBytes: 0, heapBytes: 0, cpuSeconds: 0, inFlight: 0 };
  return { ...sizes, lag, requests: stats.collect(), isDebugged: false };
}

const entry = (route: string, status: number, durationMs: number) =>
  ({ method: "GET", path: "/x", route, functionName: "f", status, durationMs }) as const;

test("sums go on when workers end, and each request counts once", () => {
  const metrics = new Metrics();
  for (const durationMs of [0.5, 3, 40_000]) {
    const stats = new RequestStats();
    stats.onRequest(entry("/a", 200, durationMs));
    metrics.addReport(reportOf(stats));
    metrics.addReport(reportOf(stats));
  }
  const text = metrics.format([], undefined);
  const labels = 'method="GET",route="/a",function="f"';
  expect(text).toContain(`spacer_http_requests_total{${labels},status="2xx"} 3\n`);
  const buckets = [...text.matchAll(/le="([^"]+)"\} (\d+)/g)].map(([, le, count]) => [le, count]);
  expect(buckets).toEqual(
    expect.arrayContaining([
      ["0.001", "1"],
      ["0.0025", "1"],
      ["0.005", "2"],
      ["30", "2"],
      ["+Inf", "3"],
    ]),
  );
  expect(text).toMatch(/_sum\{[^}]*\} 40\.0035\n/);
});

test("what clients choose does not fill the memory, nor break the format", () => {
  const stats = new RequestStats();
  for (let index = 0; index < 3000; index++) stats.onRequest(entry(`/${String(index)}`, 200, 1));
  stats.onRequest(entry('/"\n\\', 200, 1));
  const requests = stats.collect();
  expect(requests.length).toBe(2001);
  expect(requests.at(-1)).toMatchObject({ route: "(other)", statuses: [0, 1001, 0, 0, 0] });
  const metrics = new Metrics();
  stats.onRequest(entry('/"\n\\', 200, 1));
  metrics.addReport(reportOf(stats));
  expect(metrics.format([], undefined)).toContain('route="/\\"\\n\\\\"');
});
