import { randomUUID } from "node:crypto";
import { createHttpHeaders, createPipelineRequest, type HttpClient } from "@azure/core-rest-pipeline";
import type { TableClient } from "@azure/data-tables";
import type { Step } from "./step.ts";
import { isLostRace, isTableMissing, toAdapterError } from "./to-adapter-error.ts";
import { parseTransactionAnswer } from "./transaction-answer.ts";
import { renderTransaction } from "./transaction-body.ts";

/** An entity as it was read. What its properties are is for the reader to find out. */
export interface StoredEntity {
  readonly rowKey: string;
  readonly partitionKey: string;
  readonly tag: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

const PAGE_ENTITIES = 1000;

/** One table: deadline, creation at the first write and error mapping in one place. Lost races are return values. */
export class Table {
  readonly #client: TableClient;
  readonly #http: HttpClient;
  readonly #deadline: () => AbortSignal;
  #creating: Promise<void> | undefined;

  /**
   * @param http what carries the client's requests
   * @param deadline a fresh signal for each call to the service, retries included
   */
  constructor(client: TableClient, http: HttpClient, deadline: () => AbortSignal) {
    this.#client = client;
    this.#http = http;
    this.#deadline = deadline;
  }

  get name(): string {
    return this.#client.tableName;
  }

  /** @param select brings only these properties; all without it */
  async get(partition: string, row: string, select?: readonly string[]): Promise<StoredEntity | undefined> {
    try {
      const options = {
        abortSignal: this.#deadline(),
        ...(select && { queryOptions: { select: [...select] } }),
      };
      return toStored(await this.#client.getEntity<Record<string, unknown>>(partition, row, options));
    } catch (error) {
      if (isTableMissing(error) || isLostRace(error)) return undefined;
      throw toAdapterError(error, `read of ${this.name}`);
    }
  }

  /**
   * Every entity that the filter takes. A page may be short or empty and not be the last: only its token tells.
   *
   * @param most ends the query with so many, the first in the order of keys
   */
  async query(
    filter: string,
    select?: readonly string[],
    most = Number.POSITIVE_INFINITY,
  ): Promise<StoredEntity[]> {
    const entities: StoredEntity[] = [];
    for await (const page of this.pages(filter, select, most)) {
      for (const entity of page) entities.push(entity);
      if (entities.length >= most) break;
    }
    return entities.slice(0, most);
  }

  /**
   * The same page by page, so that memory does not grow with the answer. An empty filter takes every entity.
   *
   * @param pageEntities most entities of a page
   */
  async *pages(
    filter: string,
    select?: readonly string[],
    most = Number.POSITIVE_INFINITY,
    pageEntities = PAGE_ENTITIES,
  ): AsyncGenerator<readonly StoredEntity[]> {
    // Row keys are asked for always: they say what an entity is.
    const chosen = select && { select: ["PartitionKey", "RowKey", ...select] };
    let token: string | undefined;
    do {
      const page = await this.#page(
        { ...(filter !== "" && { filter }), ...chosen },
        token,
        Math.min(pageEntities, most),
      );
      yield page.entities;
      token = page.token;
    } while (token !== undefined);
  }

  /**
   * All steps or none, at most 100 and 4 MiB (`cutTransactions`).
   *
   * @returns the new tags in the order of the steps (empty text for a delete), or `undefined` if a step lost a race
   */
  async transact(partition: string, steps: readonly Step[]): Promise<readonly string[] | undefined> {
    try {
      return await this.#writing(() => this.#submit(partition, steps));
    } catch (error) {
      if (isLostRace(error)) return undefined;
      throw toAdapterError(error, `transaction of ${steps.length} on ${this.name}`);
    }
  }

  /** Removes the entity whatever its tag; one that is not there is well. */
  async delete(partition: string, row: string): Promise<void> {
    try {
      await this.#client.deleteEntity(partition, row, { abortSignal: this.#deadline() });
    } catch (error) {
      if (isTableMissing(error) || isLostRace(error)) return;
      throw toAdapterError(error, `delete from ${this.name}`);
    }
  }

  /** Through the client's own pipeline: its retries, its credential, its policies. */
  async #submit(partition: string, steps: readonly Step[]): Promise<string[]> {
    const [serviceUrl = "", signature] = this.#client.url.split("?");
    const id = randomUUID();
    const request = createPipelineRequest({
      url: `${serviceUrl}/$batch${signature === undefined ? "" : `?${signature}`}`,
      method: "POST",
      headers: createHttpHeaders({
        accept: "application/json",
        "x-ms-version": "2019-02-02",
        DataServiceVersion: "3.0;",
        MaxDataServiceVersion: "3.0;NetFx",
        "Content-Type": `multipart/mixed; boundary=batch_${id}`,
      }),
      // As bytes: of a text the client would find the length by encoding it, and then encode it again to send it.
      body: Buffer.from(renderTransaction({ serviceUrl, table: this.name, partition }, steps, id), "utf8"),
      abortSignal: this.#deadline(),
      // Azurite's address says so itself; for any other the connection has refused it before.
      allowInsecureConnection: serviceUrl.startsWith("http:"),
    });
    return parseTransactionAnswer(await this.#client.pipeline.sendRequest(this.#http, request));
  }

  async #page(
    queryOptions: { filter?: string; select?: string[] },
    token: string | undefined,
    maxPageSize: number,
  ): Promise<{ entities: StoredEntity[]; token: string | undefined }> {
    const pages = this.#client
      .listEntities<Record<string, unknown>>({ queryOptions, abortSignal: this.#deadline() })
      .byPage({ maxPageSize, ...(token !== undefined && { continuationToken: token }) });
    try {
      const { value: page } = await pages.next();
      if (page === undefined) return { entities: [], token: undefined };
      // An empty token would start from the beginning.
      return { entities: page.map(toStored), token: page.continuationToken || undefined };
    } catch (error) {
      if (isTableMissing(error)) return { entities: [], token: undefined };
      throw toAdapterError(error, `query of ${this.name}`);
    }
  }

  /** Writes, and where the table is missing creates it and writes again: a table in use costs no extra call. */
  async #writing<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!isTableMissing(error)) throw error;
    }
    // The SDK takes "already exists" for success: another instance may be as fast.
    this.#creating ??= this.#client
      .createTable({ abortSignal: this.#deadline() })
      .finally(() => (this.#creating = undefined));
    await this.#creating;
    return await write();
  }
}

function toStored(entity: Record<string, unknown> & { etag: string }): StoredEntity {
  const { partitionKey, rowKey, etag } = entity;
  return { partitionKey: String(partitionKey), rowKey: String(rowKey), tag: etag, properties: entity };
}
