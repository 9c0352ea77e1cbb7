/** What one store keeps of a cluster: to be counted, and to be deleted on request. */
export interface ClusterData {
  /** @returns how many rows it keeps */
  count(shard: string, clusterKey: string): Promise<number>;
  /**
   * Deletes everything of the cluster, whatever its age. Killed half-way it is simply run again.
   *
   * @returns how many rows that were
   */
  forget(shard: string, clusterKey: string): Promise<number>;
}
