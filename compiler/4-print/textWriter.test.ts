import { TextWriter } from "./textWriter.ts";

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
