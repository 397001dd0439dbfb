import { Findings, type NewFindings } from "./findings.ts";

let told: NewFindings[];
let findings: Findings;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ["performance"] });
  told = [];
  findings = new Findings((found) => told.push(found));
});

afterEach(() => {
  findings.close();
  jest.useRealTimers();
});

function change(contents: Readonly<Record<string, string | undefined>>): string[] {
  told = [];
  findings.changed(new Map(Object.entries(contents)));
  jest.advanceTimersByTime(1000);
  return told.flatMap((each) =>
    each.findings.map(({ file, diagnostic }) => `${file} ${diagnostic.code}`),
  );
}

const SETTINGS = "spacerVersion: 1\nappName: x\n";

test("all that is there is told at the start, then what each save adds", () => {
  const start = {
    "config/application.yml": SETTINGS,
    "app/gateway.lua": 'return {{"GET", "/a", "a"}, {"GET", "/b", "b"}}',
    "app/a.lua": "local unused = 1\nreturn function() return undefind end",
  };
  expect(change(start)).toEqual([
    "app/a.lua unused-local",
    "app/a.lua undefined-global",
    "app/gateway.lua missing-function",
  ]);
  expect(told[0]?.totals).toEqual({ files: 3, errors: 1, warnings: 2 });
  // Known ones on other lines are no others.
  expect(change({ "app/a.lua": `-- moved\n${start["app/a.lua"]}` })).toEqual([]);
  expect(change({ "app/b.lua": "local also = 1 return function() end" })).toEqual([
    "app/b.lua unused-local",
  ]);
  expect(told[0]?.totals).toEqual({ files: 4, errors: 0, warnings: 3 });
  expect(change({ "app/b.lua": undefined })).toEqual(["app/gateway.lua missing-function"]);
});

test("what a save breaks is told by others, but for the first time", () => {
  const broken = { "app/a.lua": "x y", "config/application.yml": "nonsense: 1\n" };
  expect(change(broken)).toEqual([
    "app/a.lua expected-token",
    "config/application.yml invalid-settings",
  ]);
  expect(change({ "app/a.lua": "z = = 1", "config/application.yml": "other: 1\n" })).toEqual([]);
});

test("nothing is told when nothing is found, and no more when closed", () => {
  expect(change({ "app/a.lua": "return function() end" })).toEqual([]);
  expect(told).toEqual([]);
  findings.close();
  expect(change({ "app/a.lua": "local unused = 1" })).toEqual([]);
});
