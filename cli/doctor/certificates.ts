/** Further certificates for TLS: Node 20 reads them before it starts anything, later versions when a connection asks for them. */
import { ok, warning, type Check } from "./check.ts";

/** The first version of Node that reads them late. */
const FIRST_LATE = 22;

export const certificatesCheck: Check = {
  name: "certificates",
  run: ({ env, machine: { nodeVersion } }) => {
    const file = env["NODE_EXTRA_CA_CERTS"];
    if (file === undefined || file === "") return [];
    const [major = 0] = nodeVersion.split(".").map(Number);
    if (major >= FIRST_LATE) return [ok(`those of ${file} too`)];
    return [
      warning(
        `Node ${String(major)} reads ${file} (NODE_EXTRA_CA_CERTS) at each start, which takes longer than all else in it`,
        `use Node ${String(FIRST_LATE)} or newer, or leave the variable out where neither functions nor databases need these certificates`,
      ),
    ];
  },
};
