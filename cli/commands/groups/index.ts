/** Commands about consumer groups, in the order in which help lists them. */
import { defineParentCommand } from "../../command.ts";
import { listCommand } from "./list.ts";
import { resetCommand } from "./reset.ts";
import { showCommand } from "./show.ts";

export const groupsCommand = defineParentCommand(
  {
    name: "groups",
    summary: "Look into consumer groups, set them back",
    description: [
      "A consumer group handles the events of topics: the processes that serve a project under the same name of a " +
        "group share them. It is there from when the first one joined it.",
    ],
  },
  [listCommand, showCommand, resetCommand],
);
