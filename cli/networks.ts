/** Names of networks in the settings; the gateway knows what they stand for (runtime/gateway/client.ts). */
import { isIP } from "node:net";

const NAMES = ["loopback", "linklocal", "uniquelocal"];

/** Whether a text is an address, a network as in `10.0.0.0/8`, or the name of some. */
export function isNetwork(text: string): boolean {
  if (NAMES.includes(text)) return true;
  const [, address = "", length = "0"] = /^([\da-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(length) <= (version === 6 ? 128 : 32);
}
