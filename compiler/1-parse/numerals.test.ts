import { endOfNumeral, parseNumeral, UNSUPPORTED } from "./numerals.ts";

// Expected values are those of `luajit -e 'print(string.format("%.17g", ...))'`.
describe("parseNumeral", () => {
  test.each([
    ["0", 0],
    ["08", 8],
    ["3.", 3],
    [".5", 0.5],
    ["5.e1", 50],
    ["1E+5", 1e5],
    ["314.16e-2", 3.1416],
    ["1e308", 1e308],
    ["1e309", Infinity],
    ["1e1048575", Infinity],
    ["1e-1048575", 0],
    ["4.9406564584124654e-324", 5e-324],
    ["9007199254740993", 9007199254740992],
    ["18446744073709551616", 18446744073709552000],
  ])("reads the decimal %s", (text, value) => {
    expect(parseNumeral(text)).toBe(value);
  });

  test.each([
    ["0xff", 255],
    ["0XA", 10],
    ["0x.8", 0.5],
    ["0x1.", 1],
    ["0xA.8", 10.5],
    ["0x1p4", 16],
    ["0XA.8P-1", 5.25],
    ["0x5e+1", undefined],
    ["0x5e1", 0x5e1],
    ["0x1p1024", Infinity],
    ["0x0p99999", 0],
    ["0x1p-1074", 5e-324],
    ["0x1p-1075", 0],
    ["0x1.8p-1075", 5e-324],
    ["0x3p-1076", 5e-324],
    ["0x1.fffffffffffff8p-1023", 2.2250738585072014e-308],
    ["0x20000000000001", 9007199254740992],
    ["0x20000000000003", 9007199254740996],
    ["0x10000000000000000000000000000001p-60", 2 ** 64],
  ])("reads the hexadecimal %s", (text, value) => {
    expect(parseNumeral(text)).toBe(value);
  });

  test.each([
    ["0b101", 5],
    ["0B1", 1],
    [`0b${"1".repeat(64)}`, 2 ** 64],
    [`0b${"1".repeat(65)}`, undefined],
    ["0b", undefined],
    ["0b2", undefined],
    ["0b1.1", undefined],
  ])("reads the binary %s", (text, value) => {
    expect(parseNumeral(text)).toBe(value);
  });

  test.each(["3x", "1..2", "1.5.5", "1e", "1e+", "0x", "0xg", "0x1p", "1e1048576", "1_000", "1L"])(
    "finds %s malformed",
    (text) => {
      expect(parseNumeral(text)).toBeUndefined();
    },
  );

  test.each(["1LL", "1ull", "1LLU", "0xffLL", "0b1ULL", "1i", "1.5e3I", "0x1p4i"])(
    "knows %s as a number that needs the FFI",
    (text) => {
      expect(parseNumeral(text)).toBe(UNSUPPORTED);
    },
  );

  test.each(["18446744073709551616LL", "0x1ffffffffffffffffLL", "1.5LL", "1U", "1LLi"])(
    "finds %s malformed, as it is no 64-bit integer either",
    (text) => {
      expect(parseNumeral(text)).toBeUndefined();
    },
  );
});

describe("endOfNumeral", () => {
  test.each([
    ["12+3", 2],
    ["1e+3+4", 4],
    ["0x1e+3", 4],
    ["0x1p+3", 6],
    ["1..2 ", 4],
    ["3xyz_\xe9 ", 6],
    ["5", 1],
  ])("takes all of %s that looks like a number", (text, end) => {
    expect(endOfNumeral(text, 0)).toBe(end);
  });
});
