/** What stands before the functions of an emitted module. */
import type * as ESTree from "estree";
import type { ModuleContext } from "./context.ts";
import {
  array,
  assignStatement,
  block,
  call,
  constant,
  expressionStatement,
  identifier,
  literal,
  member,
  type JsExpression,
  type JsStatement,
} from "./estree.ts";
import { toIdentifier } from "./names.ts";

export function emitPrelude(module: ModuleContext): JsStatement[] {
  const cells = [...module.cells].map(([name, cell]) =>
    constant(cell, call(useHelper(module, "globalCell"), identifier("$env"), literal(name))),
  );
  const recordKeys = new Set<string>();
  const records = [...module.records].map(([id, name]) => {
    const keys = JSON.parse(id) as string[];
    for (const key of keys) recordKeys.add(key);
    return constant(
      name,
      call(useHelper(module, "recordConstructor"), stringList(keys), recordFunction(keys)),
    );
  });
  const others = [...module.fieldNames].filter((name) => !recordKeys.has(name));
  const names =
    others.length === 0
      ? []
      : [expressionStatement(call(useHelper(module, "declareFieldNames"), stringList(others)))];
  const environment = module.analysis.usesEnvironments
    ? [
        constant(
          "$environment",
          call(useHelper(module, "ownEnvironment"), identifier("$env"), identifier("$script")),
        ),
      ]
    : [];
  return [
    expressionStatement({ type: "Literal", value: "use strict" }),
    ...importHelpers(module),
    ...environment,
    ...cells,
    ...names,
    ...records,
  ];
}

function useHelper(
  module: ModuleContext,
  name: "globalCell" | "recordConstructor" | "declareFieldNames" | "ownEnvironment",
): JsExpression {
  module.helpers.add(name);
  return identifier(`$${name}`);
}

/** `const { add: $add, SUSP: $SUSP } = $rt;` */
function importHelpers(module: ModuleContext): JsStatement[] {
  const names = [...module.helpers].sort();
  if (names.length === 0) return [];
  const pattern: ESTree.ObjectPattern = {
    type: "ObjectPattern",
    properties: names.map((name) => ({
      type: "Property",
      key: identifier(name),
      value: identifier(`$${name}`),
      kind: "init",
      method: false,
      shorthand: false,
      computed: false,
    })),
  };
  return [
    {
      type: "VariableDeclaration",
      kind: "const",
      declarations: [{ type: "VariableDeclarator", id: pattern, init: identifier("$rt") }],
    },
  ];
}

/** `function (x, y) { this.x = x; this.y = y; }` */
function recordFunction(keys: readonly string[]): JsExpression {
  const parameters = keys.map((key, index) => `${toIdentifier(key)}$${String(index + 1)}`);
  return {
    type: "FunctionExpression",
    id: null,
    params: parameters.map(identifier),
    body: block(
      keys.map((key, index) =>
        assignStatement(
          member({ type: "ThisExpression" }, key),
          identifier(parameters[index] as string),
        ),
      ),
    ),
  };
}

function stringList(values: readonly string[]): JsExpression {
  return array(values.map((value) => literal(value)));
}
