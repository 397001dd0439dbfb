import { searchText } from "./searchText.ts";

const WANTED = "b".repeat(1000);

/** So long that it is searched in pieces. */
const FILLER_LENGTH = 300_000;

test.each([
  ["at the beginning", 0],
  ["at the end of the first piece", 67_109 - 1],
  ["across two pieces", 67_109 - 500],
  ["at the beginning of the second piece", 67_109],
  ["far behind", FILLER_LENGTH - 1],
])("finds a text %s", (_where, offset) => {
  const subject = "ab".repeat(offset / 2) + (offset % 2 === 0 ? "" : "a");
  const found = `${subject}${WANTED}a${"ba".repeat(FILLER_LENGTH / 2)}`;
  expect(searchText(found, WANTED, 0)).toBe(found.indexOf(WANTED));
  expect(searchText(found, WANTED, offset + 1)).toBe(found.indexOf(WANTED, offset + 1));
});

test("finds a text that ends the subject, and none that is missing", () => {
  const subject = "a".repeat(FILLER_LENGTH);
  expect(searchText(subject + WANTED, WANTED, 7)).toBe(FILLER_LENGTH);
  expect(searchText(subject, WANTED, 0)).toBe(-1);
  expect(searchText(subject + WANTED.slice(1), WANTED, 0)).toBe(-1);
});

test("short texts", () => {
  expect(searchText("abcabc", "ca", 0)).toBe(2);
  expect(searchText("abcabc", "abc", 1)).toBe(3);
  expect(searchText("abc", "", 3)).toBe(3);
  expect(searchText("abc", "abcd", 0)).toBe(-1);
});
