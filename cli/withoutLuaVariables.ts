/** `lua -E`: a state that opens as if the environment said nothing of Lua. */
import type { Host } from "../runtime/host.ts";

export interface HiddenVariables {
  readonly host: Host;
  /** To be called once the libraries are open: from then on `os.getenv` tells of the variables again. */
  readonly reveal: () => void;
}

/** @param isWanted Whether they are to be hidden at all. */
export function withoutLuaVariables(host: Host, isWanted: boolean): HiddenVariables {
  let isHidden = isWanted;
  const environmentVariable = (name: string) =>
    isHidden && name.startsWith("LUA_") ? undefined : host.process.environmentVariable(name);
  return {
    host: { ...host, process: { ...host.process, environmentVariable } },
    reveal: () => {
      isHidden = false;
    },
  };
}
