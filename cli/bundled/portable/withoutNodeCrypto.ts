/** Stands for runtime/modules/crypto/node.lazy.ts in bundles that are to do without Node's OpenSSL. */

/** @throws Error Always: Lua programs get it where they call what needs it */
export function nodeCrypto(): never {
  throw new Error("digests and ciphers are not part of this bundle: its target has none");
}
