import { setAddress } from "./toText.ts";
import { lightUserdata, type LuaUserdata } from "./userdata.ts";

/**
 * The null pointer of C programs, as a value: `cjson.null`, and what `string.buffer` writes for it. Prints
 * as "userdata: NULL". All states of the process share it, so it can't be changed.
 */
export const NULL: LuaUserdata = lightUserdata("null");
setAddress(NULL, "NULL");
