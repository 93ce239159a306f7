import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { RunTable } from '@/components/backup/run-table';
import { counted } from '@/components/format/amounts';
import { dateText } from '@/components/format/words';
import { Chip } from '@/components/ui/chip';
import { CsvLink } from '@/components/ui/csv-link';
import { Empty } from '@/components/ui/empty';
import { TextLink } from '@/components/ui/text-link';
import { requireSession } from '@/server/auth/require-scope';
import { readSystemRuns } from '@/server/data/system-lists';
import { webDatabase } from '@/server/data/web-database';
import { systemTitle } from '../../../page-subjects';
import { PageTop } from '../../../page-top';
import { requestTime } from '../../../request-time';
import { cursorIn, cursorText, dayIn, idIn } from '../../../system-address';

interface Props {
  params: Promise<{ systemId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Runs of ${await systemTitle((await params).systemId)}` };
}

/** All runs of a system, of one job or day if asked for. */
export default async function RunsPage({ params, searchParams }: Props) {
  const session = await requireSession('view-fleet');
  const systemId = z.uuid().safeParse((await params).systemId).data;
  const given = await searchParams;
  const now = requestTime();
  const jobId = idIn(given, 'job');
  const told = given['told'] === 'imports' ? ('imports' as const) : ('all' as const);
  const list =
    systemId &&
    (await readSystemRuns(
      webDatabase(),
      session.scope,
      systemId,
      { jobId, told, dayIn: (zone) => dayIn(given, zone, now.getTime()), before: cursorIn(given) },
      now,
    ));
  if (!list) notFound();
  const { system, client, jobs, day, runs, count, hasMore, hasImported } = list;
  const base = `/systems/${systemId}/runs`;
  const isImported = told === 'imports';
  const href = (job: string | null, date: string | null, before?: string, ofImports = false): string => {
    const query = new URLSearchParams({
      ...(ofImports && { told: 'imports' }),
      ...(job && { job }),
      ...(date && { day: date }),
      ...(before && { before }),
    });
    return query.size > 0 ? `${base}?${query}` : base;
  };
  const last = runs.at(-1);
  const date = day?.date ?? null;
  return (
    <>
      <PageTop
        session={session}
        clientId={client.clientId}
        crumbs={[
          { name: client.name, href: `/clients/${client.clientId}` },
          { name: system.name, href: `/systems/${systemId}` },
          { name: 'Runs' },
        ]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <h1>Runs of {system.name}</h1>
        <p className="text-13 text-ink-3 mb-3">
          {count >= 10_000 ? 'More than 10,000 runs' : counted(count, 'run')}
          {day && ` on ${dateText(day.date)}`} · all times {client.timeZone}
        </p>
        <div className="mb-3 flex flex-wrap gap-1.5">
          <div className="order-last ml-auto">
            <CsvLink
              href={href(jobId, date, undefined, isImported).replace(base, `/api/v1${base}/csv`)}
              what="these runs"
            />
          </div>
          <Chip href={href(null, date)} isOn={jobId === null && !isImported}>
            All jobs
          </Chip>
          {jobs.map((job) => (
            <Chip key={job.jobId} href={href(job.jobId, date)} isOn={jobId === job.jobId}>
              {job.name}
            </Chip>
          ))}
          {(hasImported || isImported) && (
            <Chip href={href(null, date, undefined, true)} isOn={isImported}>
              Imported
            </Chip>
          )}
          {day && (
            <Chip href={href(jobId, null, undefined, isImported)} isOn>
              {dateText(day.date)} ×<span className="sr-only">show all days</span>
            </Chip>
          )}
        </div>
        {runs.length === 0 ? (
          <Empty title={day ? 'No run was reported for this day.' : 'No run was reported.'}>
            <TextLink href={base}>Show all runs</TextLink>
          </Empty>
        ) : (
          <RunTable runs={runs} timeZone={client.timeZone} now={now.getTime()} />
        )}
        {hasMore && last && (
          <p className="mt-3">
            <TextLink href={href(jobId, date, cursorText(last.at, last.runId), isImported)} rel="next">
              Older runs
            </TextLink>
          </p>
        )}
      </main>
    </>
  );
}
