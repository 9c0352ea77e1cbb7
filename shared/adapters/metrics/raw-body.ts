import { Buffer } from "node:buffer";
import { finished } from "node:stream/promises";
import { type PipelinePolicy, RestError } from "@azure/core-rest-pipeline";

/** An answer without results in the shape of both APIs: `getBatch` and `metrics.list`. */
const EMPTY_ANSWER = '{"timespan":"","values":[],"value":[]}';

/** What a body starts with; it doubles until the answer fits. */
const FIRST_BYTES = 256 * 1024;
/** So many are kept for the next answers: one for each request under way. */
const MOST_SPARE = 4;

/**
 * Reads each good answer into memory of ours, for our own reader, and hands the client an empty one.
 *
 * Credential, tracing and errors stay the client's; its deserialiser, which costs several times our reading
 * (test/bench/read-metrics.ts measures it), has nothing to do. The memory is used again for later answers: a cycle's answers
 * are 50 MB, and as pieces, joined pieces and text they were most of what the garbage collector had to clear.
 */
export class RawBodies {
  readonly #bodies = new WeakMap<object, Buffer>();
  readonly #spare: Buffer[] = [];

  /** Has to be the innermost: a fault in the middle of a body is for the policies around it to judge. */
  readonly policy: PipelinePolicy = {
    name: "snatwatchRawBodyPolicy",
    sendRequest: async (request, next) => {
      request.streamResponseStatusCodes = new Set([200]);
      const response = await next(request);
      if (response.status !== 200) return response;
      const { readableStreamBody: stream, ...rest } = response;
      const body =
        stream === undefined ? Buffer.from(response.bodyAsText ?? "", "utf8") : await this.#collect(stream);
      this.#bodies.set(request, body);
      // The client reads JSON only where the header says so; a gateway's page says something else.
      response.headers.set("content-type", "application/json");
      return { ...rest, bodyAsText: EMPTY_ANSWER };
    },
  };

  /** The body of the answer to that request, once. Hand it back with {@link release} when it is read. */
  take(request: object): Buffer | undefined {
    const body = this.#bodies.get(request);
    this.#bodies.delete(request);
    return body;
  }

  /** The memory of a body that nobody looks at any more. One that is never handed back is merely not used again. */
  release(body: Buffer): void {
    if (this.#spare.length < MOST_SPARE && body.buffer.byteLength >= FIRST_BYTES) {
      this.#spare.push(Buffer.from(body.buffer));
    }
  }

  async #collect(stream: NodeJS.ReadableStream): Promise<Buffer> {
    let room = this.#spare.pop() ?? Buffer.from(new ArrayBuffer(FIRST_BYTES));
    let length = 0;
    const take = (piece: string | Buffer): void => {
      const bytes = typeof piece === "string" ? Buffer.from(piece, "utf8") : piece;
      if (length + bytes.length > room.length) room = grown(room, length, length + bytes.length);
      room.set(bytes, length);
      length += bytes.length;
    };
    // Flowing: to iterate would have the stream gather pieces, join them, and wake us for each.
    stream.on("data", take);
    try {
      await finished(stream);
    } catch (error) {
      // As the client itself says it of a body that it reads: worth another attempt.
      const code = RestError.PARSE_ERROR;
      throw new RestError(`the answer broke off after ${length} bytes: ${String(error)}`, { code });
    }
    return room.subarray(0, length);
  }
}

function grown(room: Buffer, length: number, needed: number): Buffer {
  let size = room.length;
  while (size < needed) size *= 2;
  const larger = Buffer.from(new ArrayBuffer(size));
  larger.set(room.subarray(0, length));
  return larger;
}
