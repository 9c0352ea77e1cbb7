// The part of LokiJS, Azurite's in-memory database, that our journal touches. Azurite and LokiJS come
// without types for it; this file says what was read in lokijs 1.5.12 (src/lokijs.js).

/** A stored document: LokiJS adds `$loki`, its number within the collection, and `meta`. */
export interface LokiDocument {
  readonly $loki: number;
  readonly meta?: unknown;
}

export interface LokiCollection {
  readonly name: string;
  /** The last `$loki` given out. */
  maxId: number;
  get(id: number): LokiDocument | null;
  insert(document: object): unknown;
  update(document: object): unknown;
  remove(id: number): unknown;
  /** Synchronous. `insert` hands over one document or the array of a bulk insert. */
  on(
    event: "insert" | "update" | "delete",
    listener: (documents: LokiDocument | LokiDocument[]) => void,
  ): void;
}

export type Callback = (error?: Error | null) => void;

export interface Loki {
  readonly filename: string;
  /** Written into the snapshot and read back with it; LokiJS has no use for it, the journal has. */
  name?: string;
  autosave: boolean;
  getCollection(name: string): LokiCollection | null;
  addCollection(name: string, options?: object): LokiCollection;
  removeCollection(name: string): void;
  loadDatabase(options: object, callback: Callback): void;
  saveDatabase(callback?: Callback): void;
  /** Takes the snapshot before it returns, then writes it to `NAME~` and renames that. */
  saveDatabaseInternal(callback: Callback): void;
  autosaveEnable(): void;
}

export interface LokiClass {
  readonly prototype: Loki;
}
