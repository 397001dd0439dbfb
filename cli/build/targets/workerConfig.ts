/** How a Worker is run: by wrangler, Cloudflare's tool, and by workerd, their server, alone. */

export interface WorkerConfig {
  /** Its file, beside the settings. */
  readonly module: string;
  readonly appName: string;
  /** Environment variables that functions may read. */
  readonly variables: readonly string[];
  /** Whether it imports modules of Node. */
  readonly isNodeCompatible: boolean;
}

/** Since when the runtime finds all it needs (cli/bundled/worker.ts). */
const COMPATIBILITY_DATE = "2025-05-05";
const NODE_FLAG = "nodejs_compat";

/** Read by the Worker itself. */
const OWN_VARIABLES = ["SPACER_ENV", "SPACER_INTERNAL_TOKEN"];

export function wranglerConfig(settings: WorkerConfig): string {
  const { module, appName, variables, isNodeCompatible } = settings;
  const secrets = variables.map((name) => `#   npx wrangler secret put ${name}`);
  return [
    `name = ${JSON.stringify(workerName(appName))}`,
    `main = ${JSON.stringify(module)}`,
    `compatibility_date = "${COMPATIBILITY_DATE}"`,
    ...(isNodeCompatible ? [`compatibility_flags = ["${NODE_FLAG}"]`] : []),
    "# It is bundled already.",
    "no_bundle = true",
    "",
    "[vars]",
    '# "development" lets replies tell of errors.',
    'SPACER_ENV = "production"',
    ...(secrets.length === 0 ? [] : ["# Functions may read these:", ...secrets]),
    "",
  ].join("\n");
}

/** Letters, digits and dashes, as Cloudflare names Workers. */
function workerName(appName: string): string {
  const name = appName
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return name === "" ? "app" : name;
}

export function workerdConfig({ module, variables, isNodeCompatible }: WorkerConfig): string {
  const bindings = [...OWN_VARIABLES, ...variables].map((name) => {
    const text = JSON.stringify(name);
    return `    (name = ${text}, fromEnvironment = ${text}),`;
  });
  return [
    "# workerd serve worker.capnp",
    'using Workerd = import "/workerd/workerd.capnp";',
    "",
    "const config :Workerd.Config = (",
    '  services = [(name = "main", worker = .worker)],',
    '  sockets = [(name = "http", address = "127.0.0.1:8787", http = (), service = "main")],',
    ");",
    "",
    "const worker :Workerd.Worker = (",
    `  modules = [(name = ${JSON.stringify(module)}, esModule = embed ${JSON.stringify(module)})],`,
    `  compatibilityDate = "${COMPATIBILITY_DATE}",`,
    ...(isNodeCompatible ? [`  compatibilityFlags = ["${NODE_FLAG}"],`] : []),
    "  bindings = [",
    ...bindings,
    "  ],",
    ");",
    "",
  ].join("\n");
}
