// What is loaded only when a history is opened.

export { createChart } from "./chart.ts";
export { createHeatMap } from "./heat-map.ts";
