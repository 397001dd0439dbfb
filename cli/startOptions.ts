/** Words that `spacer start` knows, apart from what it loads. */
import { PORT_OPTION } from "./portOption.ts";

/** The parts of a server. The gateway answers HTTP; triggers handle events, and append those of schedules. */
export const SERVER_PARTS = ["gateway", "triggers"] as const;

export type ServerPart = (typeof SERVER_PARTS)[number];

/** Options of whatever serves a project, in the order in which help lists them. */
export const SERVER_OPTIONS = {
  port: PORT_OPTION,
  host: { type: "string", placeholder: "H", description: "Listen on address H" },
  group: {
    type: "string",
    short: "g",
    placeholder: "GROUP",
    description: "Run the triggers for another consumer group, which handles every event anew",
  },
  only: {
    type: "string",
    choices: SERVER_PARTS,
    placeholder: "PART",
    description: "Be a part of a server: the gateway, or what handles events and runs schedules",
  },
  writeProxy: {
    type: "boolean",
    short: "w",
    default: true,
    description: "Let other programs append, if writeProxyListen says where; -w=false does not",
  },
} as const;
