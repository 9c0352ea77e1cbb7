// A program that writes to Azurite until it is killed, and tells of every write that was acknowledged.
// Usage: node writer.ts FOLDER RUN. Prints `pid PID` of Azurite, then one line per acknowledged write.

import { writeSync } from "node:fs";
import { QueueClient } from "@azure/storage-queue";
import { startAzurite } from "../../../infra/local/azurite/azurite.ts";
import { tableClient } from "../../support/table-client.ts";

const [, , dataFolder = "", run = ""] = process.argv;
const { connectionString, pid } = await startAzurite({ dataFolder, log: () => {} });
const table = tableClient(connectionString, "written");
const queue = new QueueClient(connectionString, "written");
await table.createTable();
await queue.createIfNotExists();

const tell = (line: string): void => void writeSync(1, `${line}\n`); // not lost when we are killed
tell(`pid ${pid}`);

async function writeForEver(writer: number): Promise<void> {
  for (let count = 0; ; count++) {
    const key = `${run}-${writer}-${count}`;
    await table.createEntity({ partitionKey: "one", rowKey: key, text: "x".repeat(200) });
    tell(`entity ${key}`);
    await table.updateEntity({ partitionKey: "one", rowKey: key, text: "changed" }, "Replace");
    tell(`change ${key}`);
    await table.submitTransaction(
      Array.from({ length: 10 }, (_, index) => ["create", { partitionKey: key, rowKey: String(index) }]),
    );
    tell(`batch ${key}`);
    await queue.sendMessage(key);
    tell(`message ${key}`);
    if (count % 3 === 2) {
      await table.deleteEntity(key, "0");
      tell(`delete ${key}`);
    }
  }
}
await Promise.all([0, 1, 2, 3].map(writeForEver));
