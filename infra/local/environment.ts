import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Surroundings } from "#shared/composition.ts";
import { ArgumentError } from "./argument-error.ts";
import type { Arguments } from "./arguments.ts";
import { startAzurite } from "./azurite/azurite.ts";
import { isAlive, readLock } from "./azurite/lock.ts";
import type { Inbox } from "./inbox/start-inbox.ts";
import { startInbox } from "./inbox/start-inbox.ts";
import type { LocalClock } from "./local-clock.ts";
import { startClock } from "./local-clock.ts";
import { startSimulatedAzureProcess } from "./simulated-azure-process.ts";
import { createStandInHttpClient, standInCredential } from "./stand-in/http-client.ts";

/** Takes a line of any part; levels are the words of the Functions host. */
export type Log = (level: string, message: string) => void;

/** Everything around the app on one machine. */
export interface LocalEnvironment {
  readonly surroundings: Surroundings;
  readonly clock: LocalClock;
  /** `null` in a single run. */
  readonly inbox: Inbox | null;
  /** What stands in for Azure, for the terminal. */
  readonly azure: string;
  readonly folder: string | null;
  /** Ends it all; resolves when what was acknowledged is on disk. */
  close(): Promise<void>;
}

/**
 * Starts storage, the simulated Azure and the inbox, as far as the arguments ask for them.
 *
 * @throws Error of the part that did not start; what had started is stopped again
 */
export async function openEnvironment(
  args: Arguments,
  env: NodeJS.ProcessEnv,
  log: Log,
): Promise<LocalEnvironment> {
  const folder = dataFolder(args);
  if (folder !== null && args.fresh) forget(folder);
  const clock = startClock(folder, args.speed);
  const closers: (() => void | Promise<void>)[] = [() => clock.close()];
  const close = async () => {
    for (const end of closers.toReversed()) await end();
  };
  try {
    const [storage, azure, inbox] = await Promise.all([
      openStorage(folder, env, log, closers),
      openAzure(args, clock, folder, closers),
      args.once ? null : openInbox(args, folder, log, closers),
    ]);
    return {
      surroundings: {
        env: { ...env, ...storage, ...localSettings(args, env, inbox) },
        local: true,
        clock,
        speed: args.speed,
        single: args.once,
        ...azure.client,
      },
      clock,
      inbox,
      azure: azure.name,
      folder,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @throws ArgumentError while another run uses the data: it would go on writing into nowhere */
function forget(folder: string): void {
  const lock = readLock(azuriteFolder(folder));
  if (lock !== undefined && isAlive(lock.pid)) {
    throw new ArgumentError(
      `--fresh: expected nobody to use ${folder}, but process ${lock.pid} holds its storage`,
    );
  }
  rmSync(folder, { recursive: true, force: true });
}

function azuriteFolder(folder: string): string {
  return join(folder, "azurite");
}

/** Each Azure has data of its own: clusters of one must not look deleted in another. */
function dataFolder(args: Arguments): string | null {
  if (args.once && args.data === null) return null;
  const { azure, scenario, seed } = args;
  const name =
    azure.kind === "standIn"
      ? azure.url.replace(/^https?:\/\//, "").replaceAll(/[^\w.-]+/g, "-")
      : azure.kind === "live"
        ? "live"
        : `simulated-${scenario}${seed === 1 ? "" : `-${seed}`}`;
  return join(args.data ?? ".local", name);
}

async function openStorage(
  folder: string | null,
  env: NodeJS.ProcessEnv,
  log: Log,
  closers: (() => void | Promise<void>)[],
): Promise<Record<string, string>> {
  if (env["AzureWebJobsStorage"] || env["AzureWebJobsStorage__accountName"]) return {};
  const azurite = await startAzurite({
    dataFolder: azuriteFolder(folder ?? ".local"),
    inMemory: folder === null,
    log,
  });
  closers.push(() => azurite.close());
  return { AzureWebJobsStorage: azurite.connectionString };
}

async function openAzure(
  args: Arguments,
  clock: LocalClock,
  folder: string | null,
  closers: (() => void | Promise<void>)[],
): Promise<{ name: string; client: Pick<Surroundings, "credential" | "httpClient"> }> {
  const { azure, scenario, seed } = args;
  if (azure.kind === "live") return { name: "Azure, with your own sign-in", client: {} };
  const stand = (url: string) => ({
    credential: standInCredential,
    httpClient: createStandInHttpClient(url),
  });
  if (azure.kind === "standIn") return { name: `stand-in at ${azure.url}`, client: stand(azure.url) };
  const simulated = await startSimulatedAzureProcess({ scenario, seed, clock, folder });
  closers.push(() => simulated.close());
  return { name: `simulated, scenario ${scenario} (${simulated.address})`, client: stand(simulated.address) };
}

async function openInbox(
  args: Arguments,
  folder: string | null,
  log: Log,
  closers: (() => void | Promise<void>)[],
): Promise<Inbox> {
  const inbox = await startInbox({
    port: args.port === 0 ? 0 : args.port + 1,
    ...(folder === null ? {} : { dataFolder: join(folder, "inbox") }),
    log: (line) => log("warning", line),
  });
  closers.push(() => inbox.close());
  return inbox;
}

/** What the local environment sets where the user has not: nobody else can reach it, and messages go to the inbox too. */
function localSettings(args: Arguments, env: NodeJS.ProcessEnv, inbox: Inbox | null): Record<string, string> {
  const settings: Record<string, string> = {};
  if (!env["SNATWATCH_AUTH"]) settings["SNATWATCH_AUTH"] = args.keys ? "key" : "none";
  if (!env["SNATWATCH_BASE_URL"] && args.port !== 0)
    settings["SNATWATCH_BASE_URL"] = `http://127.0.0.1:${args.port}`;
  if (inbox === null) return settings;
  const given = env["SNATWATCH_CHANNELS"]?.trim() || "[]";
  const inner = given.replace(/^\[/, "").replace(/\]$/, "").trim();
  // Joined as text: a list that cannot be parsed is the settings' to refuse, with its own words.
  settings["SNATWATCH_CHANNELS"] =
    given.startsWith("[") && given.endsWith("]")
      ? `[${[...inbox.channels.map((channel) => JSON.stringify(channel)), inner].filter(Boolean).join(",")}]`
      : given;
  return settings;
}
