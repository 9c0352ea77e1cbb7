import type { KeptRows } from "#app/forget-cluster.ts";
import { shortId } from "#core/egress/name-clusters.ts";
import type { Admin } from "#shared/admin.ts";
import type { ForgetArguments } from "./admin-arguments.ts";
import { chooseCluster } from "./admin-cluster.ts";

const FOUND_ANEW = `If the cluster is still in Azure, the next discovery (within 15 minutes) finds it anew, and its past is imported again. To keep it
out, tag it snatwatch-exclude=true, or name it in SNATWATCH_EXCLUDE.`;

/** Deletes everything of a cluster, or says what there is. @returns the exit code */
export async function runForget(admin: Admin, { cluster: text, yes }: ForgetArguments): Promise<number> {
  const cluster = chooseCluster(text, await admin.clusters());
  const rows = yes ? await admin.forget(cluster) : await admin.count(cluster);
  const verb = yes ? "deleted of" : "would be deleted of";
  const hint = yes ? "" : "\nNothing was deleted: say --yes.";
  process.stdout.write(`rows ${verb} ${shortId(cluster.ref)}:\n${table(rows)}\n${FOUND_ANEW}${hint}\n`);
  return 0;
}

function table(rows: KeptRows): string {
  const lines = [...rows].map(
    ([what, count]) => `  ${what.padEnd(24)}${count.toLocaleString("en").padStart(12)}\n`,
  );
  return lines.join("");
}
