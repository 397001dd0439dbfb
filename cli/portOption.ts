/** The option that says where `dev` and `start` listen. */

export const MAX_PORT = 65535;

export const PORT_OPTION = {
  type: "integer",
  short: "p",
  placeholder: "N",
  description: "Listen on port N",
  maximum: MAX_PORT,
} as const;
