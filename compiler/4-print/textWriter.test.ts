import { Piece, TextWriter } from "./textWriter.ts";

test("pieces of all kinds and sizes", () => {
  const out = new TextWriter();
  let text = "";
  const write = (piece: string): void => {
    out.write(piece);
    text += piece;
  };
  for (let round = 0; round < 400; round++) {
    write("if (");
    write("\u00ff".repeat(round));
    write(round % 7 === 0 ? "line \u240a break" : "");
    write("x".repeat(round % 50 === 0 ? 70_000 : round % 50 === 1 ? 5000 : 3));
  }
  expect(out.take()).toBe(text);
  out.write("next");
  expect(out.take()).toBe("next");
  expect(out.take()).toBe("");
});

test("texts known beforehand, of all sizes, at all places of the buffer", () => {
  const out = new TextWriter();
  const pieces = Array.from({ length: 40 }, (_, length) =>
    "abcdefghi(){};".repeat(3).slice(0, length),
  );
  const known = pieces.map((text) => new Piece(text));
  let text = "";
  for (let round = 0; round < 20_000; round++) {
    const index = (round * 7) % pieces.length;
    out.put(known[index] as Piece);
    text += pieces[index] as string;
    if (round % 1000 !== 0) continue;
    out.write("\u00e9");
    text += "\u00e9";
  }
  expect(out.take()).toBe(text);
  expect(out.take()).toBe("");
});

test("numbers, small and others", () => {
  const out = new TextWriter();
  const numbers = [0, -0, 1, 9, 255, 256, 0.5, 1e21, 5e-324, -1, 2 ** 53, Infinity, NaN];
  for (const number of numbers) {
    out.writeNumber(number);
    out.write(" ");
  }
  expect(out.take()).toBe(numbers.map((number) => `${String(number)} `).join(""));
});
