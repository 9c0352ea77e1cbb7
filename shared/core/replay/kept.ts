/** What the checks may look back on, with some to spare; and so long a node is silent before it counts as taken away. */
export const KEPT_MINUTES = 30;
