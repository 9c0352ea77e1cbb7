/** Why bytes cannot be read as a chunk. `newer`: a later version of this product wrote them. */
export type ChunkErrorReason = "corrupt" | "newer";

/** Thrown for bytes that are not a whole, sound chunk of a version this codec reads. */
export class ChunkError extends Error {
  override readonly name = "ChunkError";
  readonly reason: ChunkErrorReason;

  constructor(reason: ChunkErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

export function corrupt(message: string): ChunkError {
  return new ChunkError("corrupt", message);
}
