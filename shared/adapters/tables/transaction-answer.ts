import { RestError } from "@azure/data-tables";

/** The parts of an answer that this is made of. */
interface Answer {
  readonly status: number;
  readonly bodyAsText?: string | null | undefined;
}

/**
 * The new tags in the order of the steps, empty text for a step that leaves no entity.
 *
 * @throws RestError with the status and code of the step that failed, or of the whole: then no step was done
 */
export function parseTransactionAnswer(answer: Answer): string[] {
  const text = answer.bodyAsText ?? "";
  if (answer.status !== 202) throw failure(answer.status, text);
  const [, ...parts] = text.split("--changesetresponse_");
  const tags: string[] = [];
  // The last part is the end mark of the multipart body.
  for (const part of parts.slice(0, -1)) {
    const status = Number(part.match(/HTTP\/1\.1 (\d{3})/)?.[1]);
    if (!(status >= 200 && status < 300)) throw failure(status, part);
    tags.push(part.match(/^ETag: (.*)$/im)?.[1]?.trim() ?? "");
  }
  return tags;
}

function failure(status: number, text: string): RestError {
  const code = codeOf(text);
  return new RestError(`transaction failed: ${status} ${code}`, { statusCode: status, code });
}

/** The service's code in an answer that is JSON (steps, mostly) or XML (the whole). */
function codeOf(text: string): string {
  const [, json, xml] = text.match(/"code"\s*:\s*"([^"]+)"|<(?:\w+:)?code>([^<]+)</i) ?? [];
  return json ?? xml ?? "unknown";
}
