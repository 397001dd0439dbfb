import { createTapReader } from "./tap.ts";

const OUTPUT = `1..4
# Started on Mon Nov 23 19:00:21 2026
# Starting class: testT
not ok 1\ttestT.test_err
#   test/t.lua:5: boom
#   more
ok     2\ttestT.test_ok
ok     3\ttestT.test_skip # SKIP later
# Ran 3 tests in 0.000 seconds, 1 success, 1 failure, 1 skipped
`;

const RESULTS = {
  plannedCount: 4,
  results: [
    {
      name: "testT.test_err",
      isOk: false,
      isSkipped: false,
      durationMs: 0,
      messages: ["test/t.lua:5: boom", "more"],
    },
    { name: "testT.test_ok", isOk: true, isSkipped: false, durationMs: 0, messages: [] },
    { name: "testT.test_skip", isOk: true, isSkipped: true, durationMs: 0, messages: [] },
  ],
};

test("plan, results and messages are read", () => {
  const reader = createTapReader();
  reader.push(OUTPUT);
  expect(reader.finish()).toEqual(RESULTS);
});

test("output may come in pieces of any size", () => {
  const reader = createTapReader();
  for (const char of OUTPUT.trimEnd()) reader.push(char);
  expect(reader.finish()).toEqual(RESULTS);
});

test("what a test prints itself is no result", () => {
  const reader = createTapReader();
  reader.push("okay\nnot okay\nok, fine?\n 1..3\nlook: 1..3\n");
  expect(reader.finish()).toEqual({ plannedCount: undefined, results: [] });
});

test("a test took the time from the line before it to its own", () => {
  let nowMs = 100;
  const reader = createTapReader(() => nowMs);
  reader.push("1..2\n");
  nowMs = 130;
  reader.push("something printed\nok 1\ta\n");
  nowMs = 135;
  reader.push("not ok 2\tb\n#   why\n");
  expect(reader.finish().results.map(({ durationMs }) => durationMs)).toEqual([30, 5]);
});

test("a result may stand behind what a test printed, if it is the next one and luaunit's", () => {
  const reader = createTapReader();
  reader.push("1..2\nso farok     1\ta\nso farnot ok 2\tb\n#   why\nso farok     9\tc\n");
  expect(reader.finish().results).toEqual([
    { name: "a", isOk: true, isSkipped: false, durationMs: 0, messages: [] },
    { name: "b", isOk: false, isSkipped: false, durationMs: 0, messages: ["why"] },
  ]);
});
