/** The target `worker`: the gateway as a Cloudflare Worker, with what it takes to run and to deploy it. */
import { DEFAULT_LIMITS } from "../../../runtime/triggers/index.ts";
import type { ProjectConfig } from "../../config.ts";
import type { Target, TargetProject } from "../target.ts";
import { absentModules } from "./absentModules.ts";
import { preparation } from "./handlerModules.ts";
import { portablePlugin } from "./portablePlugin.ts";
import { portableProgram, usesOpenssl } from "./portableProgram.ts";
import { findLoaders, findRefused } from "./refusals.ts";
import { workerdConfig, wranglerConfig } from "./workerConfig.ts";

const MODULE = "worker.mjs";

export const workerTarget: Target = {
  name: "worker",
  summary: "the gateway as a Cloudflare Worker",
  usage: (out) => `cd ${out} && npx wrangler dev, or workerd serve worker.capnp`,
  compilesTexts: false,
  findings: ({ program }) => [...findRefused("worker", program), ...findLoaders("worker", program)],
  make: async (project) => {
    const { config } = project;
    const program = portableProgram("worker", project.program);
    const hasNodeCrypto = usesOpenssl(program);
    const bundle = await project.bundle(
      {
        entry: entryText(project),
        platform: "neutral",
        engines: "es2022",
        external: ["node:*"],
        plugins: [portablePlugin({ hasNodeCrypto }), absentModules(program.libraries)],
      },
      program,
    );
    const { appName, envVar } = config;
    const settings = {
      module: MODULE,
      appName,
      variables: envVar,
      isNodeCompatible: hasNodeCrypto,
    };
    return [
      { path: MODULE, contents: bundle.contents, bundle, program },
      { path: "wrangler.toml", contents: wranglerConfig(settings) },
      { path: "worker.capnp", contents: workerdConfig(settings) },
    ];
  },
};

function entryText({ config, program }: TargetProject): string {
  return [
    'import { createWorker } from "spacer:cli/bundled/worker";',
    'import { runtime } from "spacer:program";',
    preparation(config, program),
    `const settings = ${JSON.stringify(workerSettings(config))};`,
    "export default createWorker(runtime, settings, prepare);",
  ].join("\n");
}

/** As `WorkerSettings` (cli/bundled/worker.ts). */
function workerSettings({ envVar, gateway }: ProjectConfig) {
  const { cpuLimit, timeout, bodyLimit, cors } = gateway;
  return {
    readable: envVar,
    limits: {
      cpuMs: cpuLimit ?? DEFAULT_LIMITS.cpuMs,
      timeoutMs: timeout ?? DEFAULT_LIMITS.timeoutMs,
    },
    bodyLimitBytes: bodyLimit,
    cors,
  };
}
