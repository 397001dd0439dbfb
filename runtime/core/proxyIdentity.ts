/**
 * What remains the same when a proxy is finalized: its userdata is gone by then, and the finalizer gets
 * another one. Tables with weak keys know the proxy by this, so that the finalizer finds what a
 * program noted about it (manual 2.10.2).
 */
import type { LuaUserdata } from "./userdata.ts";

export class ProxyIdentity {
  /** The userdata that is the proxy now. */
  userdata: WeakRef<LuaUserdata> | undefined = undefined;
}
