import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "#config/settings.ts";
import { STORAGE_NAMES } from "#config/storage.ts";
import { ArgumentError } from "./argument-error.ts";
import { startAzurite } from "./azurite/azurite.ts";

/** Storage to work on. */
export interface AdminStorage {
  /** The environment, with the storage in it. */
  readonly env: Environment;
  /** What it is, for a person; no secret. */
  readonly name: string;
  /** Resolves when everything is on disk. */
  close(): Promise<void>;
}

/**
 * The storage that the settings name, else that of the local data, which Azurite is started on; a running one is shared.
 *
 * @param data where local data is kept; `null`: the user did not say
 * @throws ArgumentError where it is not clear which storage is meant
 */
export async function openAdminStorage(env: Environment, data: string | null): Promise<AdminStorage> {
  const setting = STORAGE_NAMES.find((name) => env[name]?.trim());
  if (setting !== undefined) {
    if (data !== null) throw new ArgumentError(`--data ${data}: expected no ${setting} beside it`);
    const close = async () => {};
    return { env, name: `storage of ${setting}`, close };
  }
  const folder = findFolder(data ?? ".local");
  const azurite = await startAzurite({
    dataFolder: join(folder, "azurite"),
    log: (level, message) => {
      if (level === "error") process.stderr.write(`${message}\n`);
    },
  });
  return {
    env: { ...env, AzureWebJobsStorage: azurite.connectionString },
    name: `${folder}${azurite.reused ? ", shared with the service that runs on it" : ""}`,
    close: () => azurite.close(),
  };
}

/** Data of one Azure: the folder itself, or the only one in it. */
function findFolder(root: string): string {
  if (existsSync(join(root, "azurite"))) return root;
  const names = existsSync(root) ? readdirSync(root) : [];
  const folders = names.map((name) => join(root, name)).filter((path) => existsSync(join(path, "azurite")));
  const [only, ...others] = folders;
  if (only === undefined) {
    throw new ArgumentError(
      `no storage: expected AzureWebJobsStorage, AzureWebJobsStorage__accountName, or data of npm start in ${root} (--data)`,
    );
  }
  if (others.length === 0) return only;
  throw new ArgumentError(
    `${root} holds data of several: expected --data with one of\n  ${folders.join("\n  ")}`,
  );
}
