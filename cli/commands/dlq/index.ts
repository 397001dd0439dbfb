/** Commands about dead letters, in the order in which help lists them. */
import { defineParentCommand } from "../../command.ts";
import { dropCommand } from "./drop.ts";
import { listCommand } from "./list.ts";
import { redriveCommand } from "./redrive.ts";
import { showCommand } from "./show.ts";

export const dlqCommand = defineParentCommand(
  {
    name: "dlq",
    summary: "Look into dead letters, try them again or drop them",
    description: [
      "A dead letter is an event that a consumer group has given up: a function failed on it as often as its trigger " +
        "allows. The events behind it were handled all the same.",
    ],
  },
  [listCommand, showCommand, redriveCommand, dropCommand],
);
