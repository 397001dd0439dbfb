/** What stands before the functions of an emitted module. */
import { ModuleContext } from "./moduleContext.ts";
import {
  array,
  arrow,
  assign,
  assignStatement,
  block,
  call,
  constant,
  declarator,
  declare,
  expressionStatement,
  functionExpression,
  identifier,
  literal,
  member,
  objectOf,
  objectPattern,
  THIS,
  type JsExpression,
  type JsStatement,
} from "./estree.ts";
import { toIdentifier } from "./names.ts";

export function emitPrelude(module: ModuleContext): JsStatement[] {
  const environment = emitMainEnvironment(module);
  const resume = emitResumeLoader(module);
  return [...emitDeclarations(module, environment), ...resume];
}

/** Once for each loaded chunk, which is why scripts that resume functions have none. */
function emitMainEnvironment(module: ModuleContext): JsStatement[] {
  if (!module.analysis.usesEnvironments) return [];
  const helper = module.useHelper(module.analysis.isAccessible ? "mainClosure" : "ownEnvironment");
  return [constant("$environment", call(helper, identifier("$env"), identifier("$script")))];
}

/**
 * The prelude of a part of the module.
 *
 * @param isUsed Whether the part uses something of that name.
 */
export function emitPartialPrelude(
  module: ModuleContext,
  isUsed: (name: string) => boolean,
): JsStatement[] {
  const part = new ModuleContext(module.analysis, module);
  for (const name of module.helpers.keys()) if (isUsed(`$${name}`)) part.useHelper(name);
  for (const [name, cell] of module.cells) if (isUsed(cell)) part.cells.set(name, cell);
  for (const [id, record] of module.records) if (isUsed(record.name)) part.records.set(id, record);
  part.usesStrings = isUsed("$strings");
  const factories = factoryNames(module).filter(isUsed);
  return [
    ...emitDeclarations(part),
    ...(factories.length === 0 ? [] : [destructure(factories, identifier("$make"))]),
  ];
}

/** Without the main function's. */
function factoryNames(module: ModuleContext): string[] {
  return module.factoryNames.filter((name) => name !== "$make0");
}

/** `var $frames; var $resume = () => $frames = $loadFrames($script, $env, { $make1, ... });` */
function emitResumeLoader(module: ModuleContext): JsStatement[] {
  if (!module.canSuspend) return [];
  const factories = objectOf(factoryNames(module).map((name) => [name, identifier(name)] as const));
  const load = call(
    module.useHelper("loadFrames"),
    identifier("$script"),
    identifier("$env"),
    factories,
  );
  return [
    declare("var", [declarator(identifier("$frames"))]),
    constant("$resume", arrow([], assign(identifier("$frames"), load))),
  ];
}

function emitDeclarations(
  module: ModuleContext,
  environment: readonly JsStatement[] = [],
): JsStatement[] {
  const cells = [...module.cells].map(([name, cell]) =>
    constant(cell, call(module.useHelper("globalCell"), identifier("$env"), literal(name))),
  );
  const recordKeys = new Set<string>();
  const records = Array.from(module.records.values(), ({ name, keys }) => {
    for (const key of keys) recordKeys.add(key);
    return constant(
      name,
      call(module.useHelper("recordConstructor"), stringList(keys), recordFunction(keys)),
    );
  });
  const others = [...module.fieldNames].filter((name) => !recordKeys.has(name));
  const names =
    others.length === 0
      ? []
      : [expressionStatement(call(module.useHelper("declareFieldNames"), stringList(others)))];
  const strings = module.usesStrings
    ? [constant("$strings", call(module.useHelper("stringFields")))]
    : [];
  const modes = module.namesMode
    ? [expressionStatement(call(module.useHelper("expectLateModes")))]
    : [];
  return [
    expressionStatement(literal("use strict")),
    ...importHelpers(module),
    ...environment,
    ...cells,
    ...strings,
    ...names,
    ...modes,
    ...records,
  ];
}

/** `var { add: $add, settle: $settle } = $rt;` */
function importHelpers(module: ModuleContext): JsStatement[] {
  const names = [...module.helpers.keys()].sort();
  if (names.length === 0) return [];
  return [destructure(names, identifier("$rt"), (name) => `$${name}`)];
}

/** `var { a, b } = value;` (see `constant`). */
function destructure(
  names: readonly string[],
  value: JsExpression,
  localName = (name: string) => name,
): JsStatement {
  const pattern = objectPattern(names.map((name) => [name, identifier(localName(name))] as const));
  return declare("var", [declarator(pattern, value)]);
}

/** `function (x, y) { this.x = x; this.y = y; }` */
function recordFunction(keys: readonly string[]): JsExpression {
  const parameters = keys.map((key, index) => `${toIdentifier(key)}$${String(index + 1)}`);
  const stores = keys.map((key, index) =>
    assignStatement(member(THIS, key), identifier(parameters[index] as string)),
  );
  return functionExpression(null, parameters.map(identifier), block(stores));
}

function stringList(values: readonly string[]): JsExpression {
  return array(values.map((value) => literal(value)));
}
