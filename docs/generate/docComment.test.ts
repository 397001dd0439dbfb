import { Project } from "ts-morph";
import { docCommentOf, parseDocComment } from "./docComment.ts";

test("a description keeps its lines, tags are cut off it", () => {
  const comment = parseDocComment(`/**
   * Reads a value.
   *
   * - slowly
   *
   * @helper
   * @effects metamethods
   * @throws LuaError "a",
   *   "b"
   * @throws LuaError "c"
   */`);
  expect(comment.description).toBe("Reads a value.\n\n- slowly");
  expect(Object.fromEntries(comment.tags)).toEqual({
    helper: [""],
    effects: ["metamethods"],
    throws: ['LuaError "a", "b"', 'LuaError "c"'],
  });
});

test("a comment on one line may have tags", () => {
  const comment = parseDocComment("/** The length. @manual 7.2 */");
  expect(comment.description).toBe("The length.");
  expect(comment.tags.get("manual")).toEqual(["7.2"]);
});

test("an at sign inside a word is no tag", () => {
  const comment = parseDocComment('/** Mail to a@example.org or "@x". */');
  expect(comment).toEqual({ description: 'Mail to a@example.org or "@x".', tags: new Map() });
});

describe("docCommentOf", () => {
  const file = new Project({ useInMemoryFileSystem: true }).createSourceFile(
    "a.ts",
    `/** Of the file. */

const bare = 1;
/** Of a. */
export const a = {
  /** Of b. */
  b: 1,
  c: 2,
};
/* plain */
function d() {}`,
  );

  test("finds the comment of a variable and of a property", () => {
    const a = file.getVariableDeclarationOrThrow("a");
    const [b, c] = a
      .getInitializerOrThrow()
      .getDescendants()
      .filter((node) => node.getKindName() === "PropertyAssignment");
    expect(docCommentOf(a)?.description).toBe("Of a.");
    expect(b && docCommentOf(b)?.description).toBe("Of b.");
    expect(c && docCommentOf(c)).toBeUndefined();
  });

  test("takes neither the comment of the file nor a plain one", () => {
    expect(docCommentOf(file.getVariableDeclarationOrThrow("bare"))).toBeUndefined();
    expect(docCommentOf(file.getFunctionOrThrow("d"))).toBeUndefined();
  });
});
