const FACTORS = [1, 1.25, 1.5, 2, 3];
/** AKS carries no more. */
const MOST_NODES = 5_000;

/** Numbers of nodes worth a line of their own: today's, the most that can come, and some beyond; ascending. */
export function nodeSteps(assumed: {
  readonly nodesToday: number;
  readonly maximumNodes: number;
}): readonly number[] {
  const today = Math.max(1, assumed.nodesToday);
  const steps = [...FACTORS.map((factor) => Math.ceil(today * factor)), assumed.maximumNodes];
  const within = steps.filter((nodes) => nodes >= 1 && nodes <= MOST_NODES);
  return [...new Set(within)].toSorted((a, b) => a - b);
}
