// Who uses a running Azurite. A lease is one open loopback connection: when its holder ends, however it
// ends (`kill -9` too), the operating system closes the connection, and Azurite knows at once.
//
// The desk that hands them out answers from before its Azurite takes the folder's lock until its process is
// gone. So a port that refuses, or answers something else, proves that the lock is a dead one's; silence
// proves nothing, for a busy machine is silent too.

import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

const CLOSING = "closing";
const STAYING = "staying";
const ANSWER_WITHIN_MS = 2_000;

export interface LeaseDesk {
  readonly port: number;
  isUnused(): boolean;
  /** From now on everybody hears that Azurite is closing. */
  refuse(): void;
}

/**
 * Hands out leases.
 *
 * @param instance told to every holder, so that it knows whom it found behind the port
 * @param onUnused called whenever the last holder is gone
 */
export async function openLeaseDesk(instance: string, onUnused: () => void): Promise<LeaseDesk> {
  const holders = new Set<Socket>();
  let refusing = false;
  const server = createServer((socket) => {
    socket.on("error", () => {}); // "close" follows
    if (refusing) {
      socket.end(`${CLOSING}\n`);
      return;
    }
    holders.add(socket);
    const leave = (): void => {
      if (holders.delete(socket) && holders.size === 0) onUnused();
    };
    socket.on("close", leave);
    socket.on("data", () => {
      socket.end(`${holders.size === 1 ? CLOSING : STAYING}\n`);
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
    isUnused: () => holders.size === 0,
    refuse: () => {
      refusing = true;
    },
  };
}

export interface Lease {
  /** Azurite ended while the lease was held. */
  isLost(): boolean;
  /** Gives the lease back. @returns whether Azurite closes now, because it was the last */
  release(): Promise<boolean>;
}

/**
 * Asks for a lease.
 *
 * @param onLost called if Azurite ends while the lease is held
 * @returns `dead`: `instance` is not behind this port; `busy`: it is closing, or did not answer in time
 */
export async function takeLease(
  port: number,
  instance: string,
  onLost: () => void,
): Promise<Lease | "dead" | "busy"> {
  const socket = connect(port, "127.0.0.1");
  socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy());
  let refused = false;
  socket.on("error", (error) => {
    refused = "code" in error && error.code === "ECONNREFUSED";
  });
  const nextLine = lineReader(socket);

  const greeting = await nextLine();
  if (greeting !== instance) {
    socket.destroy();
    const isSomebodyElse = greeting !== undefined && greeting !== CLOSING;
    return refused || isSomebodyElse ? "dead" : "busy";
  }
  socket.setTimeout(0);
  socket.unref();
  let held = true;
  socket.once("close", () => {
    if (held) onLost();
  });
  return {
    isLost: () => held && socket.destroyed,
    release: async () => {
      held = false;
      socket.ref();
      if (!socket.destroyed) socket.write("bye\n");
      const farewell = await nextLine();
      socket.destroy();
      return farewell === CLOSING;
    },
  };
}

/** @returns a function for the next line; undefined when the connection is closed */
function lineReader(socket: Socket): () => Promise<string | undefined> {
  let heard = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    heard += text;
  });
  return async () => {
    while (!heard.includes("\n")) {
      if (socket.destroyed) return undefined;
      await new Promise((resolve) => socket.once("data", resolve).once("close", resolve));
    }
    const [line, ...rest] = heard.split("\n");
    heard = rest.join("\n");
    return line;
  };
}
