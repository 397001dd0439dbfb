/** A text that is no JSON, or a value that JSON can't hold. The message is one for Lua programs. */
export class JsonError extends Error {
  override readonly name = "JsonError";
}
