/**
 * Runs before each test file (see jest.config.ts): the data of a new server are copied from a template, which `initdb` makes
 * once per run. It takes longer than most of what tests do with a server. Tests of the making itself say
 * `jest.unmock("./createData.ts")`.
 */
import type * as CopyOfTemplate from "./copyOfTemplate.testkit.ts";
import type * as CreateData from "./createData.ts";

jest.mock("./createData.ts", () => {
  const actual = jest.requireActual<typeof CreateData>("./createData.ts");
  const { copyOfTemplate } = jest.requireActual<typeof CopyOfTemplate>(
    "./copyOfTemplate.testkit.ts",
  );
  return { ...actual, createData: copyOfTemplate(actual.createData) };
});
