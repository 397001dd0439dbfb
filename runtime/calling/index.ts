/** The door for programs in JavaScript that call the functions of a project: data in, data out. */
export {
  callFunction,
  limitFunctions,
  type CallOptions,
  type FunctionReply,
} from "./callFunction.ts";
export { FunctionError } from "./functionError.ts";
