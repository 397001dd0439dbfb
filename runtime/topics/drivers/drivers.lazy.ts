/** Each driver is for those projects only whose log it keeps (docs/tools/lazyImports.ts). */
import * as kafka from "./kafka/kafkaLog.ts";
import * as postgres from "./postgres/index.ts";

export const kafkaDriver = () => kafka;
export const postgresDriver = () => postgres;
