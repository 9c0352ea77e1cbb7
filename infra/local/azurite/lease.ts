// Who uses a running Azurite. A lease is one open loopback connection: when its holder ends, however it
// ends (`kill -9` too), the operating system closes the connection, and Azurite knows at once.

import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** What a holder hears when it gives its lease back: Azurite closes, or stays for other users. */
export type Farewell = "closing" | "staying";

export interface LeaseDesk {
  readonly port: number;
  close(): void;
}

/**
 * Hands out leases and calls `onUnused` once, when the last is gone or none was taken in time.
 *
 * @param instance told to every holder, so that it knows whom it found behind the port
 * @param firstLeaseMs how long to wait for the first holder before giving up
 */
export async function openLeaseDesk(
  instance: string,
  firstLeaseMs: number,
  onUnused: () => void,
): Promise<LeaseDesk> {
  const holders = new Set<Socket>();
  let done = false;
  const finish = (): void => {
    if (done) return;
    done = true;
    onUnused();
  };
  const nobodyCame = setTimeout(() => holders.size === 0 && finish(), firstLeaseMs);

  const server: Server = createServer((socket) => {
    if (done) {
      socket.destroy();
      return;
    }
    holders.add(socket);
    const leave = (): void => {
      if (holders.delete(socket) && holders.size === 0) finish();
    };
    socket.on("error", leave).on("close", leave);
    socket.on("data", () => {
      const farewell: Farewell = holders.size === 1 ? "closing" : "staying";
      socket.end(`${farewell}\n`);
      leave();
    });
    socket.write(`${instance}\n`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the lease desk got no port");
  return {
    port: address.port,
    close: () => {
      clearTimeout(nobodyCame);
      done = true;
      server.close();
      for (const socket of holders) socket.destroy();
    },
  };
}

export interface Lease {
  /** Gives the lease back. `undefined`: Azurite was gone already. */
  release(): Promise<Farewell | undefined>;
}

/**
 * Takes a lease.
 *
 * @param onLost called if Azurite ends while the lease is held
 * @returns undefined if nobody answers, or somebody who is not `instance`
 */
export async function takeLease(
  port: number,
  instance: string,
  onLost: () => void,
): Promise<Lease | undefined> {
  const socket = connect(port, "127.0.0.1");
  socket.setTimeout(2_000, () => socket.destroy());
  socket.on("error", () => {}); // "close" follows
  let heard = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    heard += text;
  });
  const nextLine = async (): Promise<string | undefined> => {
    while (!heard.includes("\n")) {
      if (socket.destroyed) return undefined;
      await new Promise((resolve) => socket.once("data", resolve).once("close", resolve));
    }
    const [line, ...rest] = heard.split("\n");
    heard = rest.join("\n");
    return line;
  };

  if ((await nextLine()) !== instance) {
    socket.destroy();
    return undefined;
  }
  socket.setTimeout(0);
  socket.unref();
  let held = true;
  socket.once("close", () => {
    if (held) onLost();
  });
  return {
    release: async () => {
      held = false;
      socket.ref();
      if (!socket.destroyed) socket.write("bye\n");
      const farewell = await nextLine();
      socket.destroy();
      return farewell === "closing" || farewell === "staying" ? farewell : undefined;
    },
  };
}
