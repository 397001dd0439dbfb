/** Looking behind: each branch has a fixed length, and begins so many characters before. */
import { choice, sequence, type Node } from "./tree.ts";

/** @param fail Is called when some branch has no fixed length. */
export function lookBehind(body: Node, fail: () => never): Node {
  const branches = body.kind === "choice" ? body.branches : [body];
  return choice(
    branches.map((branch) => {
      const characters = lengthOf(branch) ?? fail();
      return sequence([{ kind: "back", characters }, branch]);
    }),
  );
}

/** In characters; `undefined` when it may differ. */
function lengthOf(node: Node): number | undefined {
  switch (node.kind) {
    case "bytes":
    case "character":
      return 1;
    case "assertion":
    case "look":
    case "keep":
    case "back":
    case "fail":
      return 0;
    case "sequence":
      return sum(node.items.map(lengthOf));
    case "choice":
      return common(node.branches.map(lengthOf));
    case "capture":
    case "atomic":
      return lengthOf(node.body);
    case "repeat": {
      const length = node.minimum === node.maximum ? lengthOf(node.body) : undefined;
      return length === undefined ? undefined : length * node.minimum;
    }
    case "condition":
      return common([lengthOf(node.yes), lengthOf(node.no)]);
    case "backreference":
    case "call":
      return undefined;
  }
}

function sum(lengths: readonly (number | undefined)[]): number | undefined {
  let total = 0;
  for (const length of lengths) {
    if (length === undefined) return undefined;
    total += length;
  }
  return total;
}

function common(lengths: readonly (number | undefined)[]): number | undefined {
  const [first] = lengths;
  return lengths.every((length) => length === first) ? first : undefined;
}
