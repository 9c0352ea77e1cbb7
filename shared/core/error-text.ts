/** What an error says; of anything else that was thrown, how it reads. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
