/** A mistake of the user's on the command line: flag, value and expectation in one sentence. */
export class ArgumentError extends Error {
  override readonly name = "ArgumentError";
}
