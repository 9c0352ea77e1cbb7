import { errorText } from "#core/error-text.ts";
import { ArgumentError } from "./argument-error.ts";
import { HELP, readArguments } from "./arguments.ts";
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
  const message = errorText(error);
  process.stderr.write(`${error instanceof ArgumentError ? message : `could not run: ${message}`}\n`);
  process.exitCode = COULD_NOT_RUN;
}
