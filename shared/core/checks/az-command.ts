/** Quotes a word for a POSIX shell where it holds anything but plain characters: names come from Azure, commands get pasted. */
export function shellWord(word: string): string {
  return /^[\w.@%+=:,/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Which public addresses a command means: those with these texts, and those whose name begins so. */
export interface IdQuery {
  readonly kind: "public-ip" | "public-ip prefix";
  readonly subscriptionId: string;
  /** Addresses, or prefixes in CIDR notation. */
  readonly texts: readonly string[];
  readonly namePrefix?: string;
}

/**
 * A part of a command that lists ids, for the options of `az` that take them.
 *
 * @param separator what the option wants between them: `az aks` a comma, `az network` a space
 */
export function idList(query: IdQuery, separator: "," | " "): string {
  const field = query.kind === "public-ip" ? "ipAddress" : "ipPrefix";
  const conditions = query.texts.map((text) => `${field}=='${text}'`);
  if (query.namePrefix !== undefined) conditions.push(`starts_with(name, '${query.namePrefix}')`);
  const list = `az network ${query.kind} list --subscription ${shellWord(query.subscriptionId)} --query "[?${conditions.join(" || ")}].id" --output tsv`;
  return separator === "," ? `"$(${list} | paste -sd, -)"` : `$(${list})`;
}
