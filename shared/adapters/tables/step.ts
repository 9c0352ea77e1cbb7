/** An Edm.Int64: instants go so, since a plain JSON number is an Edm.Int32 to the service. */
export interface Int64 {
  readonly int64: number;
}

/** Properties of an entity to be written. */
export type Properties = Readonly<Record<string, string | boolean | Uint8Array | Int64>>;

/** One step of a transaction; all steps of one transaction have one partition. */
export type Step =
  | { readonly kind: "insert"; readonly row: string; readonly properties: Properties }
  /** Inserts or replaces. */
  | { readonly kind: "put"; readonly row: string; readonly properties: Properties }
  /** Replaces the entity, or only the properties named (`merge`), if nobody has changed it since that tag. */
  | {
      readonly kind: "replace" | "merge";
      readonly row: string;
      readonly tag: string;
      readonly properties: Properties;
    }
  /** Fails the transaction if the entity is not there, or with a tag if somebody has changed it since. */
  | { readonly kind: "delete"; readonly row: string; readonly tag?: string };
