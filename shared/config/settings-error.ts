/** The app settings cannot be used. The message names every fault and no secret. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  /** One line for each fault: name, value where it is no secret, what was expected. */
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`invalid app settings:\n${faults.map((fault) => `- ${fault}`).join("\n")}`);
    this.faults = faults;
  }
}
