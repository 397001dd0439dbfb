/**
 * Parts of a server that a project may never need (docs/tools/lazyImports.ts). A bundle has only those that its project uses
 * (build/lazyParts.ts).
 */
import * as cron from "./cron.ts";
import * as embeddedPostgres from "./embeddedPostgres/index.ts";
import * as ownDatabase from "./ownDatabase.ts";
import * as projectDatabase from "./projectDatabase.ts";
import * as projectLog from "./projectLog.ts";
import * as topicServices from "./topicServices.ts";

export const theCron = () => cron;
export const theEmbeddedPostgres = () => embeddedPostgres;
export const theOwnDatabase = () => ownDatabase;
export const theProjectDatabase = () => projectDatabase;
export const theProjectLog = () => projectLog;
export const theTopicServices = () => topicServices;
