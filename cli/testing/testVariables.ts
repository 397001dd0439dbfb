/** By which environment variables a program is told that it is a test file. */

/** 1 makes a program of a project a test: it gets `spacer.test`, and a log that begins empty. */
export const TEST_VARIABLE = "SPACER_TEST";

/** A path: there the program writes which files it has read, as a list in JSON, when it ends. */
export const LOADED_VARIABLE = "SPACER_TEST_LOADED";
