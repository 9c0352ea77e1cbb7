import { startAzurite } from "../../support/azurite.ts";

const DEFAULT_ACCOUNT = "devstoreaccount1";

export interface Accounts {
  /** Connection string of an account that nobody has used. */
  take(): string;
  stop(): Promise<void>;
}

/** One Azurite with many storage accounts: the composition has fixed names of tables, so each installation needs its own. */
export async function startAccounts(count: number): Promise<Accounts> {
  const names = Array.from({ length: count }, (_, index) => `account${index}`);
  const key = Buffer.from("not a secret").toString("base64");
  process.env["AZURITE_ACCOUNTS"] = names.map((name) => `${name}:${key}`).join(";");
  const azurite = await startAzurite().finally(() => {
    delete process.env["AZURITE_ACCOUNTS"];
  });
  return {
    take() {
      const name = names.pop();
      if (name === undefined) throw new Error(`all ${count} accounts are taken`);
      return azurite.connectionString
        .replace(/AccountKey=[^;]*/, `AccountKey=${key}`)
        .replaceAll(DEFAULT_ACCOUNT, name);
    },
    stop: () => azurite.stop(),
  };
}
