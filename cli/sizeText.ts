const UNITS = ["bytes", "KB", "MB", "GB"];

/** A size for people: "1.5 KB". */
export function sizeText(sizeBytes: number): string {
  let size = sizeBytes;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 ? String(size) : size.toFixed(1)} ${UNITS[unit] ?? ""}`;
}
