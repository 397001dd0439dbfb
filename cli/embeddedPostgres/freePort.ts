/** A port of the loopback interface that nobody listens at. */
import { createServer, type AddressInfo } from "node:net";
import { systemErrorCode } from "../errors.ts";

/** @param wanted Taken if it is free */
export function findFreePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => {
      if (systemErrorCode(error) !== "EADDRINUSE" || wanted === 0) reject(error);
      else findFreePort().then(resolve, reject);
    });
    server.listen({ host: "127.0.0.1", port: wanted, exclusive: true }, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
