/** Function bodies (manual 2.5.9), after LuaJIT's grammar. */
import { recognizeBlockStatements } from "./recognizeStatement.ts";
import type { Recognizer } from "./recognizer.ts";
import { DOTS, END, FUNCTION } from "./tokens.ts";

/**
 * Recognizes what follows the word `function` and the name, parameters first.
 *
 * @param firstLine Where messages say that the function is.
 * @param place Where it begins, or its statement.
 */
export function recognizeFunction(
  recognizer: Recognizer,
  isMethod: boolean,
  firstLine: number,
  place: { readonly start: number; readonly line: number },
): void {
  const { lexer, scopes } = recognizer;
  scopes.openFunction(firstLine);
  recognizeParameters(recognizer, isMethod);
  recognizeBlockStatements(recognizer);
  if (lexer.token !== END) recognizer.expectClosing(END, FUNCTION, firstLine);
  const { usesVararg, usesArg } = scopes.function;
  scopes.closeFunction();
  lexer.next();
  recognizer.notes.parts.push({
    type: "FunctionExpression",
    span: { start: place.start, end: lexer.previousEnd },
    line: lexer.previousLine,
    firstLine: place.line,
    usesVararg,
    usesArg,
  });
  recognizer.kind = "value";
}

function recognizeParameters(recognizer: Recognizer, isMethod: boolean): void {
  const { lexer, scopes } = recognizer;
  recognizer.expect(40);
  const names = isMethod ? ["self"] : [];
  if (lexer.token !== 41) {
    do {
      if (lexer.token === DOTS) {
        recognizer.foundDots();
        scopes.function.isVararg = true;
        break;
      }
      if (!recognizer.isAtName()) lexer.fail("expected-parameter", { near: lexer.near() });
      const name = recognizer.expectName();
      scopes.checkLocal(names.length);
      names.push(name);
    } while (lexer.accept(44));
  }
  // Lua 5.1 has a variable `arg` for what `...` stands for.
  if (recognizer.isPuc51 && scopes.function.isVararg) {
    scopes.checkLocal(names.length);
    names.push("arg");
  }
  for (const name of names) scopes.declare(name);
  recognizer.expect(41);
}
