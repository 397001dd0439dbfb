/** What messages say where code would have to be accessible (core/activation.ts). */
export const NEEDS_ACCESS =
  "only of files that name 'debug.getlocal' or the like themselves, or with --debug-access";
