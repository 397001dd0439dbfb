/**
 * Whether a folder is another one or holds it, however deep: a link from the latter to the former is not to be followed, for
 * there would be no end.
 *
 * @param upper Real path, as `lower`.
 */
export function isAtOrAbove(upper: string, lower: string): boolean {
  return `${lower}/`.startsWith(upper.endsWith("/") ? upper : `${upper}/`);
}
