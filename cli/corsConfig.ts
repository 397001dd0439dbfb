/** Which pages of other origins may read replies: `gateway.cors`. */
import type { CorsRules } from "../runtime/gateway/index.ts";
import {
  boolean,
  either,
  list,
  map,
  object,
  oneOf,
  optional,
  problem,
  required,
  stringThat,
  type Reader,
} from "./configReaders.ts";
import { duration } from "./quantityReaders.ts";

/** `https://example.org`. */
const origin = stringThat((text) =>
  /^(?:\*|null|[a-z][a-z0-9+.-]*:\/\/[^/?#@\s*A-Z]+)$/.test(text)
    ? undefined
    : `'${text}' is no origin; write it as in https://example.org, in small letters and without a path`,
);

const CORS_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

const headerName = stringThat((text) =>
  /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text) ? undefined : `'${text}' is no name of a header`,
);

const corsFields = object({
  /** `*` for all. */
  origins: required(
    either(
      map(origin, (text) => [text]),
      list(origin),
    ),
    "origins: [https://example.org]",
  ),
  /** The methods that pages may use; all but OPTIONS when left out. */
  methods: optional(list(oneOf([...CORS_METHODS, "OPTIONS"]))),
  /** The headers that pages may send; any when left out. */
  headers: optional(list(headerName)),
  /** Whether requests may carry cookies. */
  credentials: optional(boolean),
  /** How long browsers may keep what they were told. */
  maxAge: optional(duration),
});

/** What a browser is told. @reads corsFields */
export const cors: Reader<CorsRules> = (node, place) => {
  const { origins, methods, headers, credentials = false, maxAge } = corsFields(node, place);
  const isAny = origins.includes("*");
  if (isAny && credentials) {
    throw problem(
      place,
      "has credentials for all origins: every page in the world could act in the name of your users",
      "list the origins, or leave credentials out",
    );
  }
  return {
    origins: isAny ? "*" : origins,
    methods: methods ?? CORS_METHODS,
    headers,
    credentials,
    maxAgeSeconds: maxAge === undefined ? undefined : Math.round(maxAge / 1000),
  };
};
