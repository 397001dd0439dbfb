/** Doc comments, read as text: a description and tags (docs/style.md, "Comments"). */
import { Node } from "ts-morph";

export interface DocComment {
  /** Markdown, its lines as written. */
  readonly description: string;
  /** The text behind each `@tag`, in order; "" when there is none. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
}

/** The comment right before a declaration; `undefined` when there is none. */
export function docCommentOf(declaration: Node): DocComment | undefined {
  const node = Node.isVariableDeclaration(declaration)
    ? declaration.getVariableStatementOrThrow()
    : declaration;
  const range = node.getLeadingCommentRanges().findLast((each) => each.getText().startsWith("/**"));
  if (range === undefined) return undefined;
  const between = node.getSourceFile().getFullText().slice(range.getEnd(), node.getStart());
  // Behind an empty line it is the comment of the file.
  return /\n\s*\n/.test(between) ? undefined : parseDocComment(range.getText());
}

export function parseDocComment(comment: string): DocComment {
  const text = comment
    .replace(/^\/\*\*/, "")
    .replace(/\*\/$/, "")
    .replaceAll(/^[ \t]*\* ?/gm, "")
    .replaceAll("*\\/", "*/");
  const [description = "", ...parts] = text.split(/(?:^|\s)@(?=[a-z]+\b)/);
  const tags = new Map<string, string[]>();
  for (const part of parts) {
    const [name = ""] = /^[a-z]+/.exec(part) ?? [];
    const values = tags.get(name) ?? [];
    tags.set(name, [
      ...values,
      part
        .slice(name.length)
        .trim()
        .replaceAll(/\s*\n\s*/g, " "),
    ]);
  }
  return { description: description.trim(), tags };
}
