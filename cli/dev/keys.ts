/** The keys that a terminal offers while the development server runs. */

export interface KeyActions {
  readonly restart: () => void;
  readonly open: () => void;
  readonly clear: () => void;
  readonly quit: () => void;
  readonly help: () => void;
}

interface Key {
  readonly keys: readonly string[];
  readonly meaning: string;
  readonly action: keyof KeyActions;
}

const KEYS: readonly Key[] = [
  { keys: ["r"], meaning: "reload everything", action: "restart" },
  { keys: ["o"], meaning: "open in the browser", action: "open" },
  { keys: ["c"], meaning: "clear the screen", action: "clear" },
  { keys: ["q"], meaning: "quit", action: "quit" },
  { keys: ["h", "?"], meaning: "show these keys", action: "help" },
];

/** "Keys: r reload everything, o open in the browser, ..." */
export const KEY_HELP = `Keys: ${KEYS.map(({ keys, meaning }) => `${keys[0] ?? ""} ${meaning}`).join(", ")}`;

/** Does what a key stands for; other keys do nothing. */
export function pressKey(key: string, actions: KeyActions): void {
  const found = KEYS.find(({ keys }) => keys.includes(key.toLowerCase()));
  if (found !== undefined) actions[found.action]();
}
