/** Commands about topics and their events, in the order in which help lists them. */
import { defineParentCommand } from "../../command.ts";
import { appendCommand } from "./append.ts";
import { exportCommand } from "./export.ts";
import { importCommand } from "./import.ts";
import { listCommand } from "./list.ts";
import { showCommand } from "./show.ts";
import { tailCommand } from "./tail.ts";

export const topicsCommand = defineParentCommand(
  {
    name: "topics",
    summary: "Look into topics, append to them",
    description: [
      "These commands open the event log of a project as its settings say. One of the project's own is " +
        "started if need be.",
    ],
  },
  [listCommand, showCommand, tailCommand, appendCommand, exportCommand, importCommand],
);
