/** Words that `spacer start` knows, apart from what it loads. */

/** The parts of a server. The gateway answers HTTP; triggers handle events, and append those of schedules. */
export const SERVER_PARTS = ["gateway", "triggers"] as const;

export type ServerPart = (typeof SERVER_PARTS)[number];
