/** What only programs need that ask other servers (docs/tools/lazyImports.ts). */
import * as net from "node:net";
import * as tls from "node:tls";
import * as zlib from "node:zlib";
import * as undici from "undici";

export const nodeNet = () => net;
export const nodeTls = () => tls;
export const nodeZlib = () => zlib;
export const theUndici = () => undici;
