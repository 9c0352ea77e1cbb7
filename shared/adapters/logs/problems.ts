import { readSdkError } from "#adapters/azure/sdk-error.ts";
import { toAdapterError } from "#adapters/azure/to-adapter-error.ts";
import { nameOf } from "#core/egress/resource-id.ts";
import type { SourceProblem } from "#core/failure.ts";
import type { AdapterError } from "#ports/adapter-error.ts";

const SOURCE = "firewallLogs";

/** Why a workspace could not be asked, with the command where a right is missing. */
export function failureOf(error: unknown, workspaceId: string, signal: AbortSignal): SourceProblem {
  const failure = toAdapterError(error, `deny logs in workspace ${nameOf(workspaceId)}`, signal);
  return { source: SOURCE, reason: failure.reason, message: messageOf(failure, error, workspaceId) };
}

/** A workspace whose id for queries is not known: it could not be read. */
export function unreadableWorkspace(workspaceId: string): SourceProblem {
  const message = `deny logs in workspace ${nameOf(workspaceId)}: the workspace cannot be read; ${grantAdvice(workspaceId)}`;
  return { source: SOURCE, reason: "forbidden", message };
}

export function cutAnswer(workspaceId: string, why: string): SourceProblem {
  const message = `deny logs in workspace ${nameOf(workspaceId)} came in part: ${why}`;
  return { source: SOURCE, reason: "partial", message };
}

export function unreadableRows(workspaceId: string, count: number): SourceProblem {
  const message = `${count} rows of workspace ${nameOf(workspaceId)} name no time or no firewall and are not counted`;
  return { source: SOURCE, reason: "malformed", message };
}

export const NO_PREFIXES: SourceProblem = {
  source: SOURCE,
  reason: "empty",
  message: "no address range of the cluster's subnets is known, so that no denial can be told to be its own",
};

function messageOf(failure: AdapterError, error: unknown, workspaceId: string): string {
  const { status, code, azureMessage } = readSdkError(error);
  const refused = status === 401 || status === 403 || status === 404;
  if (!refused) return failure.message;
  const principal = /object id '([0-9a-f-]{36})'/i.exec(azureMessage ?? "")?.[1];
  const head = [status, code].filter((part) => part !== undefined).join(" ");
  return `deny logs in workspace ${nameOf(workspaceId)}: ${head}; ${grantAdvice(workspaceId, principal)}`;
}

function grantAdvice(workspaceId: string, principal = "<principal-id>"): string {
  return (
    `grant the identity "Log Analytics Reader" on the workspace: az role assignment create ` +
    `--assignee ${principal} --role "Log Analytics Reader" --scope ${workspaceId}`
  );
}
