import { ok, problem, warning, type Check } from "./check.ts";

/** The version of Node: at least that of package.json, and one that gets fixes for long. */
export const nodeCheck: Check = {
  name: "Node",
  run: ({ machine: { nodeVersion, manifest, platform, arch } }) => {
    const [major = 0] = nodeVersion.split(".").map(Number);
    const wanted = Number(/\d+/.exec(manifest.engines.node)?.[0]);
    const shown = `Node ${nodeVersion} (${platform}, ${arch})`;
    if (major < wanted) {
      return [
        problem(
          `${shown} is too old: spacer needs ${String(wanted)} or newer`,
          "install a newer one from https://nodejs.org, or by the tool that this one came with",
        ),
      ];
    }
    if (major % 2 === 1) {
      return [
        warning(
          `${shown} is a version between those that get fixes for long`,
          `use an even one, such as ${String(major + 1)}`,
        ),
      ];
    }
    return [ok(shown)];
  },
};
