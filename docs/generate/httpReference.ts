/**
 * docs/reference/http.md: what is served besides the functions of a project. Paths of the admin port, metrics, the header and the parameter of
 * the internal token, and the routes without a row in app/gateway.lua are read off the sources.
 */
import { Node, SyntaxKind, type SourceFile } from "ts-morph";
import { docCommentOf } from "./docComment.ts";
import { DERIVED_NOTE } from "./libraryReference.ts";

export const ADMIN_FILE = "cli/production/adminServer.ts";
export const METRICS_FILE = "cli/production/metrics.ts";
export const ACCESS_FILE = "runtime/gateway/access.ts";

export interface HttpSources {
  readonly admin: SourceFile;
  readonly metrics: SourceFile;
  readonly access: SourceFile;
}

export function httpReference({ admin, metrics, access }: HttpSources): string {
  const token = (constant: string) => `\`${textOf(access, constant)}\``;
  return `${DERIVED_NOTE}

# HTTP

## The gateway

Routes are those of \`app/gateway.lua\`. Besides, without one:

| request | what it calls | who may |
| --- | --- | --- |
| \`ANY /private/NAME\` | \`app/private/NAME.lua\` | this machine, in development; in production who has the internal token |
| \`ANY /NAME\` with the internal token | any function, by its name | who has the internal token |

The internal token is that of the environment variable \`SPACER_INTERNAL_TOKEN\`. A request has it in the header ${token("TOKEN_HEADER")} or in
the parameter ${token("TOKEN_PARAMETER")} of the query; \`args\` never has it. [Errors](../guide/gateway.md#limits) and
[files](../guide/gateway.md#files) are in the guide, and so are the headers of [traces](../guide/tracing.md#across-programs).

## The admin port

Port 9464 of this machine, or where \`gateway.admin\` says, of servers with [workers](../guide/production.md#workers). GET and HEAD only.

| path | what it tells |
| --- | --- |
${endpoints(admin).join("\n")}

The first two reply with JSON: \`status\`, which is \`starting\`, \`ready\`, \`draining\` or \`unavailable\`, and \`workers\`, how many are \`serving\` and
\`wanted\`.

## Metrics

In Prometheus's text format. Times are in seconds, sizes in bytes.

| name | type | meaning | labels |
| --- | --- | --- | --- |
${metricRows(metrics).join("\n")}
`;
}

function textOf(file: SourceFile, constant: string): string {
  return file
    .getVariableDeclarationOrThrow(constant)
    .getInitializerIfKindOrThrow(SyntaxKind.StringLiteral)
    .getLiteralValue();
}

/** @throws Error when a path has no comment */
function endpoints(admin: SourceFile): string[] {
  const list = admin
    .getVariableDeclarationOrThrow("PATHS")
    .getInitializerIfKindOrThrow(SyntaxKind.ArrayLiteralExpression);
  return list.getElements().map((element) => {
    const description = docCommentOf(element)?.description;
    if (description === undefined)
      throw new Error(`${ADMIN_FILE} says nothing of ${element.getText()}`);
    return `| \`${element.getText().slice(1, -1)}\` | ${description.replaceAll("\n", " ")} |`;
  });
}

/** What is a metric in the source: an object with name, type and help, or a call \`gauge(name, help, ...)\`. Ordered by name. */
function metricRows(metrics: SourceFile): string[] {
  const names = metrics
    .getDescendantsOfKind(SyntaxKind.StringLiteral)
    .filter((literal) => /^spacer_\w+$/.test(literal.getLiteralValue()));
  return names
    .map((literal) => metricRow(literal.getLiteralValue(), literal.getParentOrThrow()))
    .sort();
}

/** @throws Error for a metric that is declared in another way */
function metricRow(name: string, parent: Node): string {
  const [type, help, labels] = Node.isCallExpression(parent)
    ? describeCall(parent.getArguments(), parent.getText())
    : describeObject(parent.getParentIfKind(SyntaxKind.ObjectLiteralExpression));
  if (help === undefined)
    throw new Error(`${METRICS_FILE}: the reference can't tell what ${name} is`);
  return `| \`${name}\` | ${type ?? ""} | ${help} | ${labels.map((label) => `\`${label}\``).join(", ")} |`;
}

type Description = [type: string | undefined, help: string | undefined, labels: string[]];

function describeCall(parameters: readonly Node[], text: string): Description {
  const [, help, , type] = parameters;
  const isOfWorker = !text.includes("_shared_dict_");
  const own = labelsIn(parameters[2]);
  return [
    literalOf(type) ?? "gauge",
    literalOf(help),
    isOfWorker ? ["worker", "pid", ...own] : ["dict"],
  ];
}

function describeObject(object: Node | undefined): Description {
  const valueOf = (name: string) =>
    Node.isObjectLiteralExpression(object)
      ? object.getProperty(name)?.asKind(SyntaxKind.PropertyAssignment)?.getInitializer()
      : undefined;
  return [literalOf(valueOf("type")), literalOf(valueOf("help")), labelsIn(valueOf("samples"))];
}

/** The names of labels in an expression: those of an object `labels`, of `labelsOf(counts)`, and of what a call brings. */
function labelsIn(node: Node | undefined): string[] {
  if (node === undefined) return [];
  const text = node.getText();
  const ofRequests = /labelsOf\(|histogramOf/.test(text) ? ["method", "route", "function"] : [];
  const named = [...text.matchAll(/(?:labels: \{ |, \{ |labelsOf\(counts\), )(\w+(?:, \w+)*)/g)];
  return [...new Set([...ofRequests, ...named.flatMap(([, names = ""]) => names.split(", "))])];
}

function literalOf(node: Node | undefined): string | undefined {
  return Node.isStringLiteral(node) ? node.getLiteralValue() : undefined;
}
