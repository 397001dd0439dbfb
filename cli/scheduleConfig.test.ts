import { useSettings } from "./config.testkit.ts";

const settings = useSettings();

/** Settings whose line 5 is the first schedule. */
const withSchedules = (schedules: string): string =>
  `spacerVersion: 1\nappName: a\ntopics: [ticks]\nschedules:\n${schedules}\n`;

const read = (schedules: string, env?: Record<string, string>) =>
  settings.read(withSchedules(schedules), env).schedules;

const problemOf = (schedules: string, env?: Record<string, string>) =>
  settings.problemOf(withSchedules(schedules), env);

test("schedules are read", () => {
  const schedules = read(`
  - cron: "*/5 * * * *"
    timezone: Europe/Berlin
    topic: ticks
    key: cleanup
    value: { any: [json, 1.5, true, null, -3, { __proto__: x }], "ü": "" }
  - { cron: "0 30 2 * * mon-fri", topic: ticks, key: 17 }
  - { cron: "@daily", topic: ticks, key: "", value: }`);
  expect(schedules).toEqual([
    {
      cron: "*/5 * * * *",
      timezone: "Europe/Berlin",
      topic: "ticks",
      key: "cleanup",
      value: '{"any":["json",1.5,true,null,-3,{"__proto__":"x"}],"ü":""}',
    },
    { cron: "0 30 2 * * mon-fri", timezone: "UTC", topic: "ticks", key: "17", value: "null" },
    { cron: "@daily", timezone: "UTC", topic: "ticks", key: "", value: "null" },
  ]);
});

test("an environment variable replaces them", () => {
  const entry = '{cron: "* * * * *", topic: ticks, key: k}';
  expect(read(`  - ${entry}`, { SPACER_SCHEDULES: "[]", SCHEDULES: "[1]" })).toEqual([]);
  expect(read("", { SPACER_SCHEDULES: `[${entry}]` })).toHaveLength(1);
});

const at = (cron: string) => `  - { topic: ticks, key: k, cron: "${cron}" }`;
const with_ = (rest: string) => `  - { cron: "* * * * *", ${rest} }`;

test.each([
  [at("61 * * * *"), "'61 * * * *' is no cron pattern: invalid value for minute: 61"],
  [at("a b c d e"), /'a b c d e' is no cron pattern: configuration entry 1 \(a\) contains illegal/],
  [at("@reboot"), /'@reboot' is no cron pattern: @reboot is not supported/],
  [at("0 0 30 2 *"), "'0 0 30 2 *' never comes"],
  [at("2030-01-01T00:00:00"), /'2030-01-01T00:00:00' must have five fields, or six with seconds/],
  [at("* * * *"), /'\* \* \* \*' must have five fields, or six with seconds in front/],
  [at(""), /'' must have five fields/],
])("%s is refused", (schedules, problem) => {
  const message = problemOf(schedules);
  expect(message).toMatch(/^config\/application\.yml:5: schedules\[1\]\.cron: /);
  if (typeof problem === "string") expect(message).toContain(`.cron: ${problem} / `);
  else expect(message).toMatch(problem);
});

test.each([
  [
    with_("topic: ticks, key: k, timezone: Europe/Berln"),
    "timezone: 'Europe/Berln' is no time zone (did you mean 'Europe/Berlin'?) / ",
  ],
  [with_("topic: ticks, key: k, timezone: ''"), /timezone: '' is no time zone/],
  [with_("topic: tick, key: k"), "topic: there is no topic 'tick' / did you mean 'ticks'?"],
  [with_("topic: ticks"), "key: is missing / write key: cleanup"],
  [with_("topic: ticks, key: k, value: .inf"), /value: is a number that can't be kept as it is/],
  [with_("topic: ticks, key: k, value: [[9007199254740993]]"), /value\[1\]\[1\]: is a number that/],
  [with_("topic: ticks, key: k, value: &a [*a]"), /value(\[1\])+: is nested too deep/],
])("%s is refused", (schedules, problem) => {
  const message = problemOf(schedules).replace(/^config\/application\.yml:5: schedules\[1\]\./, "");
  if (typeof problem === "string") expect(message).toBe(problem);
  else expect(message).toMatch(problem);
});

test("two that would have the same events are refused", () => {
  const one = with_("topic: ticks, key: k");
  expect(problemOf(`${one}\n${with_("topic: ticks, key: l")}\n${one}`)).toBe(
    "config/application.yml:7: schedules[3].key: is the same as that of schedules[1], at the same times / use another",
  );
});
