import type { WorkspaceAnswer } from "#core/egress/firewall-logs.ts";
import { nameOf, parseResourceId, resourceKey } from "#core/egress/resource-id.ts";
import { logReaderGrant } from "#core/egress/unread.ts";
import type { ArmReader } from "./arm-reader.ts";
import type { CallFailure } from "./failure.ts";

/** Until these are put right, asking again is of no use: the answer is a role. */
const REFUSALS: ReadonlySet<CallFailure["reason"]> = new Set(["forbidden", "notFound", "unauthorized"]);

/**
 * Looks workspaces up: in the list of their subscription, and by themselves where the identity may read only them.
 *
 * @param ids ARM ids in any case, each once
 * @param known customer ids by `resourceKey`, for workspaces that cannot be read now: the id stays with the workspace
 * @returns an answer for every id, by `resourceKey`
 */
export async function findWorkspaces(
  arm: Pick<ArmReader, "workspaces" | "workspace">,
  ids: readonly string[],
  known: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, WorkspaceAnswer>> {
  const subscriptions = new Map(
    ids.flatMap((id) => {
      const subscriptionId = parseResourceId(id)?.subscriptionId;
      return subscriptionId === undefined ? [] : [[subscriptionId.toLowerCase(), subscriptionId] as const];
    }),
  );
  const lists = await Promise.all([...subscriptions.values()].map((id) => arm.workspaces(id)));
  const listed = new Map(
    lists.flatMap((list) => (list.ok ? list.value : [])).map((it) => [it.key, it.customerId]),
  );
  const answers = await Promise.all(
    ids.map(async (id) => {
      const answer = await lookUp(arm, id, listed);
      const customerId = answer.customerId ?? known.get(resourceKey(id));
      return [resourceKey(id), customerId === undefined ? answer : { customerId }] as const;
    }),
  );
  return new Map(answers);
}

async function lookUp(
  arm: Pick<ArmReader, "workspace">,
  id: string,
  listed: ReadonlyMap<string, string>,
): Promise<WorkspaceAnswer> {
  const customerId = listed.get(resourceKey(id));
  if (customerId !== undefined) return { customerId };
  if (parseResourceId(id) === null) {
    return { customerId: null, reason: "malformed", message: `'${id}' is no id of a workspace` };
  }
  const answer = await arm.workspace(id);
  if (answer.ok) return { customerId: answer.value.customerId };
  const { reason, detail, identity } = answer.failure;
  const said = `workspace '${nameOf(id)}': ${detail}`;
  const message = REFUSALS.has(reason)
    ? `${said}; grant: ${logReaderGrant(id, identity ?? undefined)}`
    : said;
  return { customerId: null, reason, message };
}
