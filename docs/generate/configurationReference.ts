/** docs/reference/configuration.md: the settings of a project, read off the readers in cli/config.ts. */
import {
  Node,
  SyntaxKind,
  type Identifier,
  type ObjectLiteralExpression,
  type SourceFile,
  type VariableDeclaration,
} from "ts-morph";
import { docCommentOf, parseDocComment } from "./docComment.ts";
import { DERIVED_NOTE } from "./libraryReference.ts";

export const CONFIG_READERS = "cli/config.ts";

/** @throws Error "cli/config.ts has no object SHAPE any more" and the like */
export function configurationReference(file: SourceFile): string {
  const [header] = file.getStatements()[0]?.getLeadingCommentRanges() ?? [];
  const { description } = parseDocComment(header?.getText() ?? "");
  const shape = file.getVariableDeclaration("SHAPE")?.getInitializer();
  if (!Node.isObjectLiteralExpression(shape)) {
    throw new Error(`${CONFIG_READERS} has no object SHAPE any more, which describes the settings`);
  }
  return `${DERIVED_NOTE}

# Configuration

${description}

| Setting | Value | Meaning |
| --- | --- | --- |
${rowsOf(shape, "").join("\n")}
`;
}

/** "| `gateway.port` | a whole number from 0 to 65535 | Where it listens. |" and so on. */
function rowsOf(shape: ObjectLiteralExpression, parent: string): string[] {
  return shape.getProperties().flatMap((property) => {
    if (Node.isSpreadAssignment(property)) {
      const spread = property.getExpressionIfKindOrThrow(SyntaxKind.Identifier);
      return rowsOf(
        declarationOf(spread).getInitializerIfKindOrThrow(SyntaxKind.ObjectLiteralExpression),
        parent,
      );
    }
    if (!Node.isPropertyAssignment(property)) return [];
    const field = property.getInitializerIfKindOrThrow(SyntaxKind.CallExpression);
    const value = describeReader(field.getArguments()[0]);
    const isRequired = field.getExpression().getText() === "required";
    const path = parent + property.getName();
    const meaning = [docCommentOf(property)?.description, value.comment].filter(Boolean).join(" ");
    const row = [`\`${path}\``, value.text + (isRequired ? " (required)" : ""), meaning];
    const inner = value.shape === undefined ? [] : rowsOf(value.shape, `${path}${value.suffix}.`);
    return [`| ${row.join(" | ").replaceAll("\n", " ")} |`, ...inner];
  });
}

interface Value {
  /** "list of text" */
  readonly text: string;
  /** What stands between the name of the setting and the names inside: "[]" for a list. */
  readonly suffix: string;
  /** The settings inside. */
  readonly shape: ObjectLiteralExpression | undefined;
  /** What is said where the reader is declared. */
  readonly comment: string | undefined;
}

/** @throws Error when cli/configReaders.ts has a reader that is not known here */
function describeReader(reader: Node | undefined): Value {
  if (Node.isIdentifier(reader)) return describeNamed(reader);
  if (!Node.isCallExpression(reader)) return valueWith("");
  const kind = reader.getExpression().getText();
  const [first, second] = reader.getArguments();
  switch (kind) {
    case "integer":
      return valueWith(`whole number from ${literalText(first)} to ${literalText(second)}`);
    case "number":
      return valueWith(`number from ${literalText(first)} to ${literalText(second)}`);
    case "oneOf":
      return valueWith(`one of ${literalText(first)}`);
    case "stringThat":
      return valueWith("text");
    case "map":
      return describeReader(first);
    case "object":
      return Node.isIdentifier(first)
        ? describeNamed(first)
        : { ...valueWith("map"), shape: first?.asKindOrThrow(SyntaxKind.ObjectLiteralExpression) };
    case "list":
    case "mapOf": {
      const item = describeReader(first);
      const [text, suffix] = kind === "list" ? ["list of", "[]"] : ["names, each with", ".NAME"];
      return { ...item, text: `${text} ${item.text}`, suffix: suffix + item.suffix };
    }
    case "either": {
      const [one, other] = [describeReader(first), describeReader(second)];
      return { ...one, ...other, text: `${one.text} or ${other.text}` };
    }
    default:
      throw new Error(`${CONFIG_READERS}: the reference page can't say what '${kind}' reads`);
  }
}

/** What the file declares under a name: a reader, or the fields of an object. */
function describeNamed(name: Identifier): Value {
  if (name.getText() === "string") return valueWith("text");
  if (name.getText() === "boolean") return valueWith("`true` or `false`");
  const declaration = declarationOf(name);
  const initializer = declaration.getInitializer();
  const value = Node.isObjectLiteralExpression(initializer)
    ? { ...valueWith("map"), shape: initializer }
    : describeReader(initializer);
  const comment = docCommentOf(declaration);
  // What a function reads it says itself; what is said of its result is for those who call it.
  const [text] = comment?.tags.get("value") ?? [];
  if (text !== undefined) return { ...value, text, comment: undefined };
  const [other] = comment?.tags.get("reads") ?? [];
  if (other !== undefined) return describeReader(readerNamed(declaration, other));
  return { ...value, comment: comment?.description ?? value.comment };
}

/** What a file declares under a name. */
function readerNamed(place: Node, name: string): Node | undefined {
  return place.getSourceFile().getVariableDeclarationOrThrow(name).getInitializer();
}

function valueWith(text: string): Value {
  return { text, suffix: "", shape: undefined, comment: undefined };
}

/** "65535"; of a list "`postgres`, `kafka`", with what is spread into it. */
function literalText(node: Node | undefined): string {
  if (Node.isIdentifier(node)) return literalText(declarationOf(node).getInitializer());
  if (Node.isSpreadElement(node)) return literalText(node.getExpression());
  if (Node.isStringLiteral(node)) return `\`${node.getLiteralValue()}\``;
  if (!Node.isArrayLiteralExpression(node)) return node?.getText() ?? "";
  return node.getElements().map(literalText).join(", ");
}

/** Also of a name that is imported. */
function declarationOf(name: Identifier): VariableDeclaration {
  const symbol = name.getSymbolOrThrow();
  const declared = symbol.getAliasedSymbol() ?? symbol;
  return declared.getValueDeclarationOrThrow().asKindOrThrow(SyntaxKind.VariableDeclaration);
}
