/** Lists in the order in which they first came, each once. */
export class IndexOf {
  readonly lists: (readonly number[])[] = [];
  readonly #known = new Map<string, number>();

  /** @returns where the list is, put there if it is new */
  of(list: readonly number[]): number {
    const key = list.join(" ");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const index = this.lists.length;
    this.#known.set(key, index);
    this.lists.push(list);
    return index;
  }
}
