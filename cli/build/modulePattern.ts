/**
 * Patterns over names of modules, as `--include` takes them: `*` stands for a part of a name between dots, `**` for any number
 * of such parts; `handlers.*` and `handlers/*` are the same.
 */
export type ModulePattern = (name: string) => boolean;

export function modulePattern(pattern: string): ModulePattern {
  const parts = toDots(pattern).split(/(\*\*|\*)/);
  const expression = parts.map((part) => {
    if (part === "**") return ".*";
    return part === "*" ? "[^.]*" : part.replaceAll(/[\\^$.|?+()[\]{}]/g, "\\$&");
  });
  const regExp = new RegExp(`^${expression.join("")}$`);
  return (name) => regExp.test(toDots(name));
}

function toDots(name: string): string {
  return name.replaceAll("/", ".");
}
