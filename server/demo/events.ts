import { DAY, type Instant } from '@/domain/time/instant';
import type { DaysBefore, DemoClient, DemoEvent, DemoRepository, DemoSystem } from './story';

/** One stream of backups: what a machine writes to a repository. */
export interface DemoJob {
  readonly system: DemoSystem;
  readonly repository: DemoRepository;
}

/** Every job of a client, by repository. */
export function jobsOf(client: DemoClient): DemoJob[] {
  return client.repositories.flatMap((repository) => jobsInto(client, repository));
}

/** The jobs that write to a repository. */
export function jobsInto(client: DemoClient, repository: DemoRepository): DemoJob[] {
  return client.systems
    .filter((system) => system.awaitedSince === undefined && isAmong(repository.hosts, system.host))
    .map((system) => ({ system, repository }));
}

/** Whether an event of this length holds at an instant. */
export function isDuring(
  event: { readonly from: DaysBefore; readonly to?: DaysBefore },
  at: Instant,
  installedAt: Instant,
): boolean {
  const to = event.to === undefined ? Infinity : installedAt - event.to * DAY;
  return at >= installedAt - event.from * DAY && at < to;
}

/** What happens to a client, asked by instant. */
export interface Story {
  readonly client: DemoClient;
  readonly installedAt: Instant;
}

type EventOf<K extends DemoEvent['kind']> = Extract<DemoEvent, { kind: K }>;

/** Why a repository cannot be read at an instant; undefined: it can. */
export function problemAt(
  story: Story,
  repository: DemoRepository,
  at: Instant,
): EventOf<'repository-problem'> | undefined {
  return eventsOf(story, 'repository-problem').find(
    (event) => event.repository === repository.key && isDuring(event, at, story.installedAt),
  );
}

/** Why a backup that starts at an instant fails; null: it does not. */
export function failureAt(story: Story, job: DemoJob, at: Instant): string | null {
  return runEventAt(story, 'runs-fail', job, at) ?? problemAt(story, job.repository, at)?.message ?? null;
}

/** What the run that starts at an instant says of its kind of trouble; null: it has none. */
export function runEventAt(
  story: Story,
  kind: 'runs-fail' | 'runs-warn' | 'second-run-fails',
  job: DemoJob,
  at: Instant,
): string | null {
  const event = eventsOf(story, kind).find(
    ({ repository, hosts, ...during }) =>
      repository === job.repository.key &&
      isAmong(hosts, job.system.host) &&
      isDuring(during, at, story.installedAt),
  );
  return event?.message ?? null;
}

/** Whether nobody tells how the backups into a repository end at an instant. */
export function areRunsUnseenAt(story: Story, repository: DemoRepository, at: Instant): boolean {
  return eventsOf(story, 'runs-unseen').some(
    (event) => event.repository === repository.key && isDuring(event, at, story.installedAt),
  );
}

/** The path of a machine that is gone at an instant; null: all are there. */
export function missingPathAt(story: Story, system: DemoSystem, at: Instant): string | null {
  const event = eventsOf(story, 'source-missing').find(
    ({ host, ...during }) => host === system.host && isDuring(during, at, story.installedAt),
  );
  return event?.path ?? null;
}

/** The events of one kind. */
export function eventsOf<K extends DemoEvent['kind']>({ client }: Story, kind: K): EventOf<K>[] {
  return client.events.filter((event): event is EventOf<K> => event.kind === kind);
}

function isAmong(hosts: readonly string[] | undefined, host: string): boolean {
  return hosts === undefined || hosts.includes(host);
}
