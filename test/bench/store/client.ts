import { Agent, get, type IncomingMessage } from "node:http";
import { median } from "./measure.ts";

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

export interface Answer {
  readonly ms: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** One request over a connection that stays open, to the last byte of the answer. @throws Error unless it is a 200 */
export async function ask(url: string): Promise<Answer> {
  const startedMs = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(url, { agent }, resolve).once("error", reject);
  const response = await promise;
  const parts: Buffer[] = [];
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
  const ms = performance.now() - startedMs;
  const body = Buffer.concat(parts);
  if (response.statusCode !== 200)
    throw new Error(`${response.statusCode} of ${url}: ${body.toString("utf8", 0, 500)}`);
  return { ms, headers: response.headers, body };
}

const WARM_UP = 10;

/** p50 of each address, ms. They are asked in turns, so that what else the machine does meets them alike. */
export async function timeInTurns(urls: readonly string[], rounds: number): Promise<number[]> {
  const times = urls.map((): number[] => []);
  for (let round = 0; round < WARM_UP + rounds; round += 1) {
    for (const [index, url] of urls.entries()) {
      const { ms } = await ask(url);
      if (round >= WARM_UP) times[index]?.push(ms);
    }
  }
  return times.map(median);
}
