import type { Deadline } from "#adapters/azure/deadline.ts";
import { resourceKey } from "#core/egress/resource-id.ts";
import type { SourceProblem } from "#core/failure.ts";
import type { DenialsAnswer, DenialsRequest, DenialsTarget } from "#ports/log-source.ts";
import type { Logger } from "#ports/logger.ts";
import { RowCollector } from "./collect-rows.ts";
import type { LogsApi } from "./logs-api.ts";
import { type MissingTables, missingTable } from "./missing-tables.ts";
import { cutAnswer, failureOf, NO_PREFIXES, unreadableRows, unreadableWorkspace } from "./problems.ts";
import { buildQuery, MOST_GROUPS, type QueryParts } from "./query.ts";
import { type LogAnswer, readAnswer } from "./raw-answer.ts";
import { planScopes, type Scope } from "./scopes.ts";
import type { Slots } from "./slots.ts";
import { namesOf, planWorkspaces, type Stream, type WorkspacePlan } from "./streams.ts";

export interface LogRunOptions {
  readonly api: LogsApi;
  readonly slots: Slots;
  readonly missing: MissingTables;
  readonly logger: Logger;
  readonly deadline: Deadline;
  readonly request: DenialsRequest;
}

/** Streams of a firewall that could not be read, with what stood in the way. */
interface Lost {
  readonly firewall: string;
  readonly stream: Stream;
  readonly problem: SourceProblem;
}

/** One read: asks workspaces, and where one fails others that have the same rows. */
export class LogRun {
  readonly #options: LogRunOptions;
  readonly #rows: RowCollector;
  /** Those that want anything that can be had. */
  readonly #targets: readonly DenialsTarget[];
  readonly #answered = new Map<string, Set<Stream>>();
  readonly #failed = new Set<string>();
  readonly #problems = new Map<DenialsTarget, SourceProblem[]>();
  #lost: Lost[] = [];

  constructor(options: LogRunOptions) {
    const { request } = options;
    this.#options = options;
    this.#rows = new RowCollector(request);
    this.#targets = request.targets.filter(
      ({ fromMs, prefixes }) => fromMs < request.toMs && prefixes.length > 0,
    );
  }

  async perform(): Promise<Map<string, DenialsAnswer>> {
    const { request } = this.#options;
    const used = new Set(this.#targets.flatMap(({ firewallIds }) => firewallIds.map(resourceKey)));
    const firewalls = request.firewalls.filter(({ id }) => used.has(resourceKey(id)));
    // Each round ends with another workspace that failed, or is the last.
    for (;;) {
      const plans = planWorkspaces(firewalls, this.#failed, this.#answered);
      if (plans.length === 0) break;
      await Promise.all(plans.map((plan) => this.#ask(plan)));
    }
    for (const { firewall, stream, problem } of this.#lost) {
      if (!this.#isCovered(firewall, stream)) this.#blame(new Set([firewall]), problem);
    }
    return new Map(request.targets.map((target) => [target.clusterKey, this.#answerOf(target)]));
  }

  async #ask(plan: WorkspacePlan): Promise<void> {
    const { deadline, logger, slots } = this.#options;
    const { customerId, workspaceId } = plan;
    if (customerId === null) return this.#fail(plan, unreadableWorkspace(workspaceId));
    try {
      await slots.run(() => this.#read(plan, customerId));
    } catch (error) {
      const problem = failureOf(error, workspaceId, deadline.signal);
      logger.warn("logs.workspaceFailed", { workspaceId, reason: problem.reason, message: problem.message });
      return this.#fail(plan, problem);
    }
    for (const streams of plan.firewalls) {
      const answered = this.#answered.get(streams.firewall) ?? new Set();
      this.#answered.set(streams.firewall, answered);
      for (const name of namesOf(streams)) answered.add(name);
    }
  }

  async #read(plan: WorkspacePlan, customerId: string): Promise<void> {
    const { request } = this.#options;
    const { firewalls, workspaceId } = plan;
    const asked = new Set(firewalls.map(({ firewall }) => firewall));
    const targets = this.#targets.filter(({ firewallIds }) =>
      firewallIds.some((id) => asked.has(resourceKey(id))),
    );
    const scopes = planScopes(targets);
    const fromMs = Math.min(...targets.map((target) => target.fromMs));
    const parts = { firewalls, scopes, fromMs, toMs: request.toMs, bounded: false };
    let answer = await this.#answer(customerId, parts);
    if (answer === undefined) return;
    if (answer.folded && answer.count >= MOST_GROUPS) answer = await this.#bounded(customerId, parts, answer);
    this.#take(answer, scopes, asked, workspaceId);
  }

  #take(answer: LogAnswer, scopes: readonly Scope[], asked: ReadonlySet<string>, workspaceId: string): void {
    const unreadable = this.#rows.collect(answer, scopes, asked);
    if (answer.cut !== null) this.#blame(asked, cutAnswer(workspaceId, answer.cut));
    if (unreadable > 0) this.#blame(asked, unreadableRows(workspaceId, unreadable));
  }

  /** What is behind a full answer; the full one itself, marked as cut, where that cannot be had. */
  async #bounded(
    customerId: string,
    parts: Omit<QueryParts, "without">,
    full: LogAnswer,
  ): Promise<LogAnswer> {
    try {
      return (await this.#answer(customerId, { ...parts, bounded: true })) ?? full;
    } catch (error) {
      const { message } = failureOf(error, customerId, this.#options.deadline.signal);
      return { ...full, cut: `the ${MOST_GROUPS} most frequent kinds only; ${message}` };
    }
  }

  /** @returns `undefined` where the workspace has none of the tables */
  async #answer(customerId: string, parts: Omit<QueryParts, "without">): Promise<LogAnswer | undefined> {
    const { api, deadline, missing } = this.#options;
    for (;;) {
      const { text, tables } = buildQuery({ ...parts, without: missing.of(customerId) });
      if (tables.length === 0) return undefined;
      const ask = {
        customerId,
        query: text,
        fromMs: parts.fromMs,
        toMs: parts.toMs,
        signal: deadline.signal,
      };
      try {
        return readAnswer(await api.query(ask));
      } catch (error) {
        const table = missingTable(error, tables);
        if (table === undefined) throw error;
        // One fewer each time round.
        missing.add(customerId, table);
      }
    }
  }

  #fail({ workspaceId, firewalls }: WorkspacePlan, problem: SourceProblem): void {
    this.#failed.add(resourceKey(workspaceId));
    for (const streams of firewalls) {
      const { firewall } = streams;
      this.#lost.push(...namesOf(streams).map((stream) => ({ firewall, stream, problem })));
    }
  }

  /** Whether another workspace, or the other form of the log, had the rows. */
  #isCovered(firewall: string, stream: Stream): boolean {
    const answered = this.#answered.get(firewall);
    if (answered === undefined) return false;
    if (answered.has(stream)) return true;
    const [form, kind] = stream.split(":");
    if (form === "legacy") return false;
    return kind === "network" || kind === "application" || kind === "dns"
      ? answered.has(`legacy:${kind}`)
      : answered.has("legacy:network") || answered.has("legacy:application");
  }

  #blame(firewalls: ReadonlySet<string>, problem: SourceProblem): void {
    for (const target of this.#targets) {
      if (!target.firewallIds.some((id) => firewalls.has(resourceKey(id)))) continue;
      const problems = this.#problems.get(target) ?? [];
      if (!problems.some(({ message }) => message === problem.message)) problems.push(problem);
      this.#problems.set(target, problems);
    }
  }

  #answerOf(target: DenialsTarget): DenialsAnswer {
    const { request } = this.#options;
    const isBlind =
      target.prefixes.length === 0 &&
      request.firewalls.some(
        ({ id, logs }) =>
          logs.length > 0 && target.firewallIds.some((own) => resourceKey(own) === resourceKey(id)),
      );
    const problems = this.#problems.get(target) ?? [];
    return { denials: this.#rows.denialsOf(target), problems: isBlind ? [NO_PREFIXES] : problems };
  }
}
