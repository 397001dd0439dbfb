/** What a dump looks like, and that no text that claims to be one does harm. */
import { checksum } from "./checksum.ts";
import { decodeDump, encodeDump, type DumpedFunction } from "./dumpFormat.ts";

const FUNCTION: DumpedFunction = {
  chunkName: "@app/x.lua",
  content: {
    function: { text: "(a) return a, up end", firstLine: 3, textLine: 4, upvalues: ["up", "b"] },
  },
};
const MAIN: DumpedFunction = { chunkName: undefined, content: { source: "return 1\0\xff" } };

test("the checksum is that of other programs", () => {
  expect(checksum("123456789")).toBe(0xcbf43926);
  expect(checksum("")).toBe(0);
});

test.each([FUNCTION, MAIN])("gives back what was put in (%#)", (dumped) => {
  expect(decodeDump(encodeDump(dumped))).toEqual(dumped);
});

test("holds texts of any length", () => {
  for (const length of [127, 128, 16_383, 16_384, 300_000]) {
    const dumped: DumpedFunction = { chunkName: "=x", content: { source: "a".repeat(length) } };
    expect(decodeDump(encodeDump(dumped))).toEqual(dumped);
  }
});

test("refuses other programs' dumps, and those of other versions", () => {
  const dump = encodeDump(FUNCTION);
  expect(decodeDump("\x1bLua")).toBe("incompatible");
  expect(decodeDump("\x1bLJ\x02\x08")).toBe("incompatible");
  expect(decodeDump("\x1b")).toBe("incompatible");
  expect(decodeDump(dump.slice(0, 9) + "\x02" + dump.slice(10))).toBe("incompatible");
});

test("notices every changed byte and every cut", () => {
  const dump = encodeDump(FUNCTION);
  for (let offset = 0; offset < dump.length; offset++) {
    const changed = String.fromCharCode(dump.charCodeAt(offset) ^ 1);
    expect(typeof decodeDump(dump.slice(0, offset) + changed + dump.slice(offset + 1))).toBe(
      "string",
    );
    expect(typeof decodeDump(dump.slice(0, offset))).toBe("string");
  }
});

test("refuses contents that were made up and have the right checksum", () => {
  const made = (body: string): string => {
    const sum = checksum(body);
    const bytes = [sum & 255, (sum >>> 8) & 255, (sum >>> 16) & 255, sum >>> 24];
    return `\x1bLJSpacer\x01${String.fromCharCode(...bytes)}${body}`;
  };
  const bodies = [
    "",
    "\x07",
    "\x00\xff\xff\xff\xff\xff\xff\xff\xff",
    "\x01\x00\x01\x00\x00",
    "\x01\x02\x01\x00\x00",
    "\x01\xff\xff\xff\xff\x7f\xff\xff\xff\xff\x7f\x00\x00",
    "\x01\x01\x01\xff\xff\xff\xff\x7f",
    "\x01\x01\x01\x01\x03a=1\x00",
    "\x03\x01a trailing",
  ];
  for (const body of bodies) expect([body, decodeDump(made(body))]).toEqual([body, "malformed"]);
  let seed = 1;
  const random = (limit: number): number => {
    seed = (seed * 48271) % 0x7fffffff;
    return seed % limit;
  };
  for (let turn = 0; turn < 20_000; turn++) {
    const bytes = Array.from({ length: random(24) }, () => random(random(2) === 0 ? 4 : 256));
    const decoded = decodeDump(made(String.fromCharCode(...bytes)));
    if (typeof decoded === "string") expect(decoded).toBe("malformed");
    else expect(decodeDump(encodeDump(decoded))).toEqual(decoded);
  }
});
