import { parseSettings } from "#config/settings.ts";
import { SettingsError } from "#config/settings-error.ts";
import { errorText } from "#core/error-text.ts";
import { openAdmin } from "#shared/admin.ts";
import { ADMIN_HELP, type AdminArguments, readAdminArguments } from "./admin-arguments.ts";
import { runCheck } from "./admin-check.ts";
import { runExport } from "./admin-export.ts";
import { runForget } from "./admin-forget.ts";
import { openAdminStorage } from "./admin-storage.ts";
import { ArgumentError } from "./argument-error.ts";

/** Exit code of anything that kept us from running. */
const COULD_NOT_RUN = 4;

/** @returns the exit code */
async function run(args: AdminArguments): Promise<number> {
  const storage = await openAdminStorage(process.env, args.data);
  try {
    const nowMs = Date.now();
    const admin = openAdmin(parseSettings(storage.env, { local: true }), { nowMs: () => nowMs });
    process.stderr.write(`in ${storage.name}\n`);
    if (args.command === "forget") return await runForget(admin, args);
    if (args.command === "export") return await runExport(admin, args, nowMs);
    return await runCheck(admin);
  } finally {
    await storage.close();
  }
}

function explain(error: unknown): string {
  if (error instanceof ArgumentError || error instanceof SettingsError) return error.message;
  return `could not run: ${errorText(error)}`;
}

try {
  const args = readAdminArguments(process.argv.slice(2));
  if (args === null) process.stdout.write(`${ADMIN_HELP}\n`);
  else process.exitCode = await run(args);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = COULD_NOT_RUN;
}
