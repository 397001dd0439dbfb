import { messageOf, parseText } from "./outline.testkit.ts";

describe("large inputs", () => {
  test("a constructor of 150,000 elements", () => {
    const [statement] = parseText(`x = {${"1, 'a', ".repeat(75_000)}}`).main.body.statements;
    if (statement?.type !== "AssignmentStatement") throw new Error("no assignment");
    const [table] = statement.values;
    expect(table?.type === "TableExpression" && table.entries.length).toBe(150_000);
  });

  test("30,000 lines", () => {
    const { statements } = parseText("x = f(x) + 1 -- more\n".repeat(30_000)).main.body;
    expect(statements).toHaveLength(30_000);
    expect(statements.at(-1)?.line).toBe(30_000);
  });

  test.each([
    ["sums", `x = ${"1 + ".repeat(20_000)}1`],
    ["conjunctions", `x = ${"a and ".repeat(20_000)}a`],
    ["calls", `f${"()".repeat(20_000)}`],
    ["fields", `x = a${".b".repeat(20_000)}`],
    ["methods", `a${":b()".repeat(20_000)}`],
    ["elseifs", `if a then ${"elseif b then ".repeat(20_000)} end`],
    ["arguments", `f(${"1, ".repeat(20_000)}1)`],
    ["gotos", `while a do ${"if b then goto next end ".repeat(20_000)} ::next:: end`],
  ])("20,000 %s", (_, text) => {
    expect(messageOf(text)).toBe("OK");
  });

  test("one string of a megabyte", () => {
    const text = `x = '${"a\\n".repeat(350_000)}'`;
    expect(messageOf(text)).toBe("OK");
    expect(messageOf(text.slice(0, -1))).toBe("x:1: unfinished string near '<eof>'");
  });
});
