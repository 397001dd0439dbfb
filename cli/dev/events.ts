/** All that can happen in the development server, as it is told to whoever shows it. */
import type { AccessEntry } from "../../runtime/gateway/index.ts";
import type { DispatchEvent } from "../../runtime/topics/index.ts";
import type { Invocation } from "../../runtime/index.ts";
import type { ProjectConfig } from "../config.ts";
import type { Route } from "../serving.ts";
import type { NewFindings } from "./findings.ts";

export type DevEvent =
  /** Requests are answered from now on. */
  | {
      readonly type: "listening";
      readonly url: string;
      readonly routes: readonly Route[];
      readonly config: ProjectConfig;
    }
  /** Files were saved, and every request from now on sees them. */
  | {
      readonly type: "reloaded";
      /** Paths from the root. */
      readonly files: readonly string[];
      /** How many modules are loaded again when they are asked for next. */
      readonly moduleCount: number;
      /** Why all of them are, in a fresh state; "" when that was asked for. */
      readonly freshBecause: string | undefined;
      readonly durationMs: number;
      /** `undefined` when they are the same as before. */
      readonly routes: readonly Route[] | undefined;
    }
  /** A file is wrong. What it was last is used as long as that lasts, where that is possible. */
  | {
      readonly type: "broken";
      readonly message: string;
      readonly hint: string | undefined;
      /** What that means for requests. */
      readonly consequence: string;
    }
  /** Mistakes that were found without running anything: at the start all, after a save those it added. */
  | ({ readonly type: "findings" } & NewFindings)
  /** Somebody wants an empty screen. */
  | { readonly type: "clear" }
  /** Something the user should know. */
  | { readonly type: "notice"; readonly message: string }
  | { readonly type: "request"; readonly entry: AccessEntry }
  /** Lua code printed something. */
  | {
      readonly type: "output";
      readonly stream: "stdout" | "stderr";
      /** Any part of a line, or several. */
      readonly bytes: string;
      /** Whose code; `undefined` for what belongs to no request or event. */
      readonly invocation: Invocation | undefined;
    }
  /** Of triggers. */
  | { readonly type: "topic"; readonly event: DispatchEvent }
  /** A bug of ours; the server goes on. */
  | { readonly type: "bug"; readonly thrown: unknown };

export type Emit = (event: DevEvent) => void;
