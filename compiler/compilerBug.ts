/** A broken invariant of the compiler: never the fault of the program that is compiled. */
export class CompilerBug extends Error {
  override readonly name = "CompilerBug";
}
