/** How a builtin is called, read off the function that implements it. */
import { Node, SyntaxKind, type ArrowFunction, type FunctionDeclaration } from "ts-morph";

type Builtin = ArrowFunction | FunctionDeclaration;

/**
 * "(text, count [, separator])". A parameter is optional when the function says so by
 * `optionalString(separator, 3, "")` or `separator === undefined ? ... : ...`.
 *
 * @param initializer A function, or `defineBuiltin` of one.
 * @returns `undefined` when it is no function to be read.
 */
export function signatureOf(initializer: Node | undefined): string | undefined {
  const builtin = Node.isCallExpression(initializer) ? initializer.getArguments()[1] : initializer;
  if (!Node.isArrowFunction(builtin) && !Node.isFunctionDeclaration(builtin)) return undefined;
  const optional = optionalNames(builtin);
  let text = "";
  let closing = "";
  for (const name of parameterNames(builtin)) {
    const separator = text === "" ? "" : ", ";
    if (optional.has(name)) {
      text += `${text === "" ? "" : " "}[${separator}${name.replace(/(?<=.)Value$/, "")}`;
      closing += "]";
    } else {
      text += separator + name.replace(/(?<=.)Value$/, "");
    }
  }
  return `(${text}${closing})`;
}

function parameterNames(builtin: Builtin): string[] {
  return builtin.getParameters().flatMap((parameter) => {
    if (!parameter.isRestParameter()) return [parameter.getName()];
    return destructuredNames(builtin, parameter.getName()) ?? ["..."];
  });
}

/** `const [list, from, to] = values;` */
function destructuredNames(builtin: Builtin, rest: string): string[] | undefined {
  const declaration = builtin
    .getDescendantsOfKind(SyntaxKind.VariableDeclaration)
    .find((each) => each.getInitializer()?.getText() === rest);
  const pattern = declaration?.getNameNode();
  if (!Node.isArrayBindingPattern(pattern)) return undefined;
  return pattern.getElements().flatMap((element) => {
    if (!Node.isBindingElement(element)) return [];
    return element.getDotDotDotToken() === undefined ? [element.getName()] : ["..."];
  });
}

function optionalNames(builtin: Builtin): Set<string> {
  const checks = builtin
    .getDescendantsOfKind(SyntaxKind.CallExpression)
    .filter((call) => call.getExpression().getText().startsWith("optional"))
    .map((call) => call.getArguments()[0]?.getText() ?? "");
  const tests = builtin
    .getDescendantsOfKind(SyntaxKind.ConditionalExpression)
    .map((each) => /^(\w+) === undefined$/.exec(each.getCondition().getText())?.[1] ?? "");
  return new Set([...checks, ...tests]);
}
