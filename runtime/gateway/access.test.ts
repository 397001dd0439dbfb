import { createTokenCheck, isLoopback } from "./access.ts";

describe("createTokenCheck", () => {
  test("passes the token only", () => {
    const isToken = createTokenCheck("s3cret");
    expect(isToken("s3cret")).toBe(true);
    for (const other of ["", "s3cre", "s3cret ", "S3CRET", true, undefined, ["s3cret"]]) {
      expect(isToken(other)).toBe(false);
    }
  });

  test("an unset or empty token lets nobody in", () => {
    for (const unset of [undefined, ""]) {
      const isToken = createTokenCheck(unset);
      for (const value of ["", "undefined", true, undefined]) expect(isToken(value)).toBe(false);
    }
  });
});

test.each([
  ["127.0.0.1", true],
  ["127.8.9.10", true],
  ["::1", true],
  ["::ffff:127.0.0.1", true],
  ["10.0.0.1", false],
  ["::ffff:10.0.0.1", false],
  ["127.evil.example", false],
  ["::", false],
  [undefined, false],
])("isLoopback(%s) is %s", (address, expected) => {
  expect(isLoopback(address)).toBe(expected);
});
