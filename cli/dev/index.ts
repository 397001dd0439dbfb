/** The door to the development server. */
export { startDevServer, type DevServer, type DevServerOptions } from "./devServer.ts";
export { createReporter } from "./reporter.ts";
