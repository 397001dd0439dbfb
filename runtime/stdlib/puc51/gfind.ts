import { defineBuiltin } from "../library.ts";
import { gmatch } from "../string/gmatch.ts";

/**
 * The same as `string.gmatch`.
 *
 * @available 5.1
 * @signature (subject, pattern)
 * @manual 7.2
 */
export const gfind = defineBuiltin("string.gfind", gmatch.bind(undefined));
