/**
 * Runs jobs, at most `limit` at a time, in order; a job may answer with further jobs, which go first.
 *
 * @throws the first error that `run` throws, at once; jobs already begun are left to end
 */
export function runPool<T>(
  jobs: readonly T[],
  limit: number,
  run: (job: T) => Promise<readonly T[]>,
): Promise<void> {
  const queue = [...jobs];
  let active = 0;
  return new Promise((resolve, reject) => {
    const pump = () => {
      if (queue.length === 0 && active === 0) return resolve();
      while (active < limit) {
        const job = queue.shift();
        if (job === undefined) return;
        active += 1;
        run(job).then((more) => {
          active -= 1;
          queue.unshift(...more);
          pump();
        }, reject);
      }
    };
    pump();
  });
}
