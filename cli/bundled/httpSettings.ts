/** The settings `http` of a bundle without a server. */
import { provideHttpSettings, type LuaState } from "../../runtime/index.ts";

type HttpSettings = Parameters<typeof provideHttpSettings>[1];

export function httpSettings(settings: HttpSettings): (state: LuaState) => void {
  return (state) => {
    provideHttpSettings(state, settings);
  };
}
