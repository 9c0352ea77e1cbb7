import { cutTransactions } from "./cut-transactions.ts";
import type { Step } from "./step.ts";
import type { StoredEntity, Table } from "./table.ts";

/** Deletes the entities, whatever their tags; those that are gone already are well. */
export async function deleteRows(
  table: Table,
  entities: readonly Pick<StoredEntity, "partitionKey" | "rowKey">[],
): Promise<void> {
  for (const [partition, rows] of Map.groupBy(entities, ({ partitionKey }) => partitionKey)) {
    const steps = rows.map(({ rowKey }) => ({ step: { kind: "delete", row: rowKey } satisfies Step }));
    for (const transaction of cutTransactions(steps)) {
      const done = await table.transact(
        partition,
        transaction.map(({ step }) => step),
      );
      // Somebody else deletes as well: then one by one.
      if (done === undefined) for (const { step } of transaction) await table.delete(partition, step.row);
    }
  }
}
