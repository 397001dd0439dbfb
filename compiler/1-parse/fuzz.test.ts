import { SourceText } from "../source.ts";
import { renderDiagnostic } from "../diagnostics/render.ts";
import { parse } from "./index.ts";

/** Reproducible numbers in [0, 1). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

/** Exactly one of a tree and a diagnostic, and a diagnostic that can be shown. */
function checkParses(text: string): void {
  const source = new SourceText(text, "=x", "x");
  const shown: string[] = [];
  const chunk = parse(source, (diagnostic) => shown.push(renderDiagnostic(diagnostic, source)));
  expect(shown).toHaveLength(chunk === undefined ? 1 : 0);
}

const SAMPLES = 3000;

describe("parse never throws", () => {
  test("on random bytes", () => {
    const random = createRandom(1);
    for (let sample = 0; sample < SAMPLES; sample++) {
      const length = Math.floor(random() * 60);
      const bytes = Array.from({ length }, () => Math.floor(random() * 256));
      checkParses(String.fromCharCode(...bytes));
    }
  });

  test("on random tokens", () => {
    const tokens = (
      "and break do else elseif end false for function goto if in local nil not or repeat return " +
      "then true until while a b goto ( ) { } [ ] [[ ]] [=[ ]=] = == ~= < <= > >= + - * / % ^ # .. " +
      "... . , ; : :: ' \" \\ -- --[[ 1 0x 1e5 3x 0b1 1LL 'end' \"=\" [[\n]] \n \r \0 \xff $ ~ ! & |"
    ).split(" ");
    const random = createRandom(2);
    for (let sample = 0; sample < SAMPLES; sample++) {
      const length = Math.floor(random() * 30);
      const chosen = Array.from(
        { length },
        () => tokens[Math.floor(random() * tokens.length)] ?? "",
      );
      checkParses(chosen.join(random() < 0.8 ? " " : ""));
    }
  });

  test("on valid statements in random order", () => {
    const parts = (
      "local a|local a, b = f()|a.b = (f())|f(...)|f{a = 1}|goto x|::x::|::y::|break|return a|" +
      "do|end|while a do|repeat|until a|if a then|elseif b then|else|for i = 1, 2 do|" +
      "for k in f do|function f(...)|local function g()|end|end|;|(f)()|a 'end'|x = goto"
    ).split("|");
    const random = createRandom(3);
    for (let sample = 0; sample < SAMPLES; sample++) {
      const length = Math.floor(random() * 12);
      const chosen = Array.from({ length }, () => parts[Math.floor(random() * parts.length)] ?? "");
      checkParses(chosen.join(random() < 0.5 ? " " : "\n"));
    }
  });
});
