import { type NewSilence, type Silence, silenceEndMs } from "#core/alert/silence.ts";
import type { SilenceStore } from "#ports/silence-store.ts";

/** Silences in memory. Values are copied in and out, as through storage. */
export class MemorySilenceStore implements SilenceStore {
  readonly #silences = new Map<string, Silence>();
  #made = 0;

  async list(): Promise<readonly Silence[]> {
    return structuredClone([...this.#silences.values()].sort((a, b) => b.createdAtMs - a.createdAtMs));
  }

  async add(silence: NewSilence): Promise<Silence> {
    this.#made += 1;
    const made = { ...structuredClone(silence), id: `silence-${this.#made}` };
    this.#silences.set(made.id, made);
    return structuredClone(made);
  }

  async end(id: string, atMs: number): Promise<boolean> {
    const silence = this.#silences.get(id);
    if (silence === undefined) return false;
    if (silenceEndMs(silence) > atMs) this.#silences.set(id, { ...silence, endedAtMs: atMs });
    return true;
  }

  async remove(id: string): Promise<void> {
    this.#silences.delete(id);
  }

  async expire(beforeMs: number): Promise<void> {
    for (const [id, silence] of this.#silences) {
      if (silenceEndMs(silence) < beforeMs) this.#silences.delete(id);
    }
  }
}
