/** What the API of the benchmark says of each answer: calls to the storage, and milliseconds of CPU. */
export const CALLS_HEADER = "x-storage-calls";
export const CPU_HEADER = "x-cpu-ms";
