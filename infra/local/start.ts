import { ArgumentError, HELP, readArguments } from "./arguments.ts";
import { runOnce } from "./run-once.ts";
import { runService } from "./run-service.ts";

/** Exit code of anything that kept us from running. */
const COULD_NOT_RUN = 4;

try {
  const args = readArguments(process.argv.slice(2));
  if (args.help) {
    process.stdout.write(`${HELP}\n`);
  } else if (args.once) {
    process.exitCode = await runOnce(args, process.env);
  } else {
    await runService(args, process.env);
  }
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${error instanceof ArgumentError ? message : `could not run: ${message}`}\n`);
  process.exitCode = COULD_NOT_RUN;
}
