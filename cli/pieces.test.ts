import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { piecesOf, sizeOfPieces, textOfPieces, writePieces } from "./pieces.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spacer-pieces-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("a file has all pieces in their order", async () => {
  const file = join(folder, "file");
  // More than a system takes with one call, and empty ones among them.
  const pieces = Array.from({ length: 5000 }, (_, index) =>
    Buffer.from("\u00e4".repeat(index % 7)),
  );
  await writePieces(file, pieces);
  expect(readFileSync(file).equals(Buffer.concat(pieces))).toBe(true);
  expect(sizeOfPieces(pieces)).toBe(statSync(file).size);
  await writePieces(file, []);
  expect(statSync(file).size).toBe(0);
});

test("texts are pieces, too", () => {
  expect(textOfPieces(piecesOf("\u00e4b"))).toBe("\u00e4b");
  expect(textOfPieces([...piecesOf("\u00e4"), ...piecesOf("b")])).toBe("\u00e4b");
});

test("a file is made with the permissions that are wanted, and not twice", async () => {
  const file = join(folder, "file");
  await writePieces(file, [], { flag: "wx", mode: 0o600 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await expect(writePieces(file, [], { flag: "wx" })).rejects.toThrow("EEXIST");
});
