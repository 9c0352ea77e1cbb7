import { type ParseArgsConfig, parseArgs } from "node:util";
import { errorText } from "#core/error-text.ts";
import { ArgumentError } from "./argument-error.ts";

/**
 * Node's `parseArgs`, whose complaints are the user's mistakes.
 *
 * @throws ArgumentError for an option that is not in `config`, or one without the value it needs
 */
export function parseOptions<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new ArgumentError(`${errorText(error)} (see --help)`, { cause: error });
  }
}
