/** A way to send a body smaller than it is. */
export type PackedCoding = "br" | "gzip";

/** What becomes of the body of an answer on its way out. */
export interface BodyForms {
  /** A short name of these parts in this order; other parts have another. Characters `A-Z a-z 0-9 - _`. */
  digest(parts: readonly (string | Uint8Array)[]): string;
  pack(coding: PackedCoding, body: Uint8Array): Promise<Uint8Array>;
}
