/** What chunks of a program are called that are no files, as reference Lua calls them. */
export const COMMAND_LINE_CHUNK = "=(command line)";
export const INIT_CHUNK = "=LUA_INIT";
export const STDIN_CHUNK = "=stdin";
