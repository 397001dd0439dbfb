/**
 * Whose request it is. Behind a reverse proxy that is what the proxy says in `X-Forwarded-For`, `-Proto` and `-Host`, which
 * anybody else can say, too: they count only as far as the settings trust who sent them.
 */
import { BlockList, isIP } from "node:net";
import type { ClientFinder, RawRequest, RequestClient } from "./port.ts";

/** All proxies; so many of them, counted from here; those with certain addresses. */
export type ProxyTrust = true | number | readonly string[];

/** Networks that have a name. */
const NAMED_NETWORKS: Readonly<Partial<Record<string, readonly string[]>>> = {
  loopback: ["127.0.0.0/8", "::1/128"],
  linklocal: ["169.254.0.0/16", "fe80::/10"],
  uniquelocal: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
};

/** @param trust Whose word counts; nobody's when `undefined`. @throws TypeError for an address that is none */
export function createClientFinder(trust: ProxyTrust | undefined): ClientFinder {
  if (trust === undefined) return directClient;
  const isTrusted = trustCheck(trust);
  return (request) => {
    const { socket, headers } = request;
    const own = socket.remoteAddress;
    if (own === undefined || !isTrusted(own, 0)) return directClient(request);
    const said = headers["x-forwarded-for"]?.toString().split(",") ?? [];
    // The last one is what the nearest proxy saw.
    const chain = [own, ...said.reverse().map(plainAddress)];
    let place = 0;
    while (isTrusted(chain[place] ?? "", place) && isIP(chain[place + 1] ?? "") !== 0) place++;
    const scheme = lastOf(headers["x-forwarded-proto"])?.toLowerCase();
    return {
      address: chain[place],
      isDirect: place === 0,
      isEncrypted: scheme === undefined ? "encrypted" in socket : scheme === "https",
      host: hostIn(lastOf(headers["x-forwarded-host"])),
    };
  };
}

function directClient({ socket }: RawRequest): RequestClient {
  const isEncrypted = "encrypted" in socket;
  return { address: socket.remoteAddress, isDirect: true, isEncrypted, host: undefined };
}

function trustCheck(trust: ProxyTrust): (address: string, place: number) => boolean {
  if (trust === true) return () => true;
  if (typeof trust === "number") return (_address, place) => place < trust;
  const trusted = new BlockList();
  for (const text of trust.flatMap((name) => NAMED_NETWORKS[name] ?? [name])) {
    if (!addNetwork(trusted, text)) throw new TypeError(`'${text}' is no address and no network`);
  }
  return (address) => {
    const version = isIP(address);
    return version !== 0 && trusted.check(address, version === 6 ? "ipv6" : "ipv4");
  };
}

function addNetwork(list: BlockList, text: string): boolean {
  const [, address = "", length] = /^([\da-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  const bits = version === 6 ? 128 : 32;
  if (version === 0 || Number(length ?? 0) > bits) return false;
  list.addSubnet(address, Number(length ?? bits), version === 6 ? "ipv6" : "ipv4");
  return true;
}

/** Some proxies add the port. */
function plainAddress(text: string): string {
  const trimmed = text.trim();
  const [, bracketed, ipv4] = /^\[([^\]]*)\](?::\d+)?$|^(\d[\d.]*):\d+$/.exec(trimmed) ?? [];
  return bracketed ?? ipv4 ?? trimmed;
}

function lastOf(header: string | readonly string[] | undefined): string | undefined {
  const value = header?.toString().split(",").at(-1)?.trim();
  return value === "" ? undefined : value;
}

function hostIn(text: string | undefined): string | undefined {
  return text !== undefined && /^[\w.-]+(?::\d+)?$|^\[[\da-fA-F:.]+\](?::\d+)?$/.test(text)
    ? text
    : undefined;
}
