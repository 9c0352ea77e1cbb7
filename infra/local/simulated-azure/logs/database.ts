// A workspace as the query language sees it: tables whose rows are made while they are read.

import type { World } from "../world/model.ts";
import type { Database, Table } from "./kql/engine.ts";
import type { Span } from "./kql/span.ts";
import type { Column, Sink } from "./kql/values.ts";
import type { WorkspaceModel } from "./model.ts";
import { type Scan, scanAudit, scanFirewall } from "./scan.ts";
import { LEGACY_TABLE, LEGACY_WITH_MESSAGES, TABLES } from "./schema.ts";

/** The tables of one or more workspaces asked together. */
export function databaseOf(
  world: World,
  workspaces: readonly WorkspaceModel[],
  span: Span,
  nowMs: number,
): Database {
  return {
    nowMs,
    span,
    table: (name) => {
      const tables = workspaces.flatMap((workspace) => tableOf(world, workspace, name, nowMs) ?? []);
      const [first] = tables;
      if (first === undefined) return undefined;
      // Columns differ between workspaces only in what is appended.
      const widest = tables.reduce(
        (wide, { columns }) => (columns.length > wide.length ? columns : wide),
        first.columns,
      );
      return {
        columns: widest,
        scan: (inside, sink) => void tables.every((table) => scanWide(table, widest, inside, sink)),
      };
    },
  };
}

function scanWide(table: Table, columns: readonly Column[], span: Span, sink: Sink): boolean {
  const missing = columns.slice(table.columns.length).map(() => "");
  let wanted = true;
  table.scan(span, (row) => {
    wanted = sink(missing.length === 0 ? row : [...row, ...missing]);
    return wanted;
  });
  return wanted;
}

function tableOf(world: World, workspace: WorkspaceModel, name: string, nowMs: number): Table | undefined {
  const { missingTables = [], partial = false } = workspace.spec;
  const columns = TABLES.get(name);
  if (columns === undefined || missingTables.includes(name)) return undefined;
  const senders = world.firewalls.filter(({ spec }) => spec.logs?.workspaces.includes(workspace.spec.name));
  const legacy = senders.some(({ spec }) => spec.logs?.mode === "legacy");
  const wide = name === LEGACY_TABLE && legacy ? LEGACY_WITH_MESSAGES : columns;
  return {
    columns: wide,
    scan: (span, sink) => {
      const scan: Scan = { world, workspace, name, columns: wide, span, nowMs, sink, partial };
      if (name === LEGACY_TABLE && !scanAudit(scan)) return;
      senders.every((firewall) => scanFirewall(firewall, scan));
    },
  };
}
