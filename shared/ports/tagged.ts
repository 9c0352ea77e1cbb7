/** A stored value and the tag that guards its next write. */
export interface Tagged<T> {
  readonly value: T;
  readonly tag: string;
}
