import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { ReportLink } from '@/components/backup/report-link';
import { Mark } from '@/components/backup/status-mark';
import { RefreshWhileMaking } from '@/components/documents/refresh-while-making';
import { counted, countText, sizeText } from '@/components/format/amounts';
import { dayText } from '@/components/format/words';
import { ConfirmDialog } from '@/components/forms/confirm-dialog';
import { SendButton } from '@/components/forms/send-button';
import { ExplainForm } from '@/components/history/explain-form';
import { Counts } from '@/components/history/history-preview';
import { DATE_FORM_WORD, historyStateMark, LEFT_OUT_WORD } from '@/components/history/history-words';
import { CsvLink } from '@/components/ui/csv-link';
import { Moment } from '@/components/ui/moment';
import { Section } from '@/components/ui/section';
import { Table, Td, Th, Tr } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { may } from '@/domain/access/permissions';
import { requireSession } from '@/server/auth/require-scope';
import { type HistoryImportScreen, readHistoryImport } from '@/server/data/history-screens';
import { webDatabase } from '@/server/data/web-database';
import { importTitle } from '../../../page-subjects';
import { PageTop } from '../../../page-top';
import { requestTime } from '../../../request-time';

interface Props {
  params: Promise<{ importId: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: await importTitle((await params).importId) };
}

interface View {
  readonly screen: HistoryImportScreen;
  readonly mayChange: boolean;
  readonly now: number;
}

/** A file with history: what it is, how it is read, what became of its rows. */
export default async function ImportPage({ params }: Props) {
  const session = await requireSession('view-agents');
  const importId = z.uuid().safeParse((await params).importId).data;
  const now = requestTime().getTime();
  const screen = importId && (await readHistoryImport(webDatabase(), session.scope, importId));
  if (!screen) notFound();
  const { found } = screen;
  const view: View = {
    screen,
    mayChange: may(session.role, 'manage-channels', session.scope.clientIds),
    now,
  };
  return (
    <>
      <PageTop
        session={session}
        clientId={found.clientId}
        crumbs={[{ name: 'Imported history', href: '/agents/imports' }, { name: found.name }]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div>
            <h1 className="[overflow-wrap:anywhere]">{found.name}</h1>
            <p className="text-13 mt-1">
              <State view={view} />
            </p>
          </div>
          {view.mayChange && <Actions view={view} />}
        </div>
        <Particulars view={view} />
        <Content view={view} />
      </main>
    </>
  );
}

function State({ view: { screen } }: { view: View }) {
  const { state, withdrawnAt } = screen.found;
  const [tone, word] = historyStateMark(state, withdrawnAt !== null);
  return <Mark tone={tone}>{word}</Mark>;
}

function Actions({ view: { screen } }: { view: View }) {
  const { importId, name, state, withdrawnAt, runCount } = screen.found;
  const address = `/api/v1/history-imports/${importId}`;
  if (state === 'cancelled') return null;
  if (state !== 'done')
    return (
      <ConfirmDialog
        title={`Throw ${name} away?`}
        description="Nothing of the file is brought in, and its content is not kept. It can be sent again."
        label={state === 'waiting' || state === 'running' ? 'Cancel' : 'Throw away'}
        confirm="Throw the file away"
        method="DELETE"
        address={address}
        done={`${name} is thrown away.`}
        next="/agents/imports"
      />
    );
  if (withdrawnAt !== null)
    return (
      <SendButton
        method="DELETE"
        address={`${address}/withdrawal`}
        label={`Let the runs of ${name} stand in the history again`}
        done={`${counted(runCount, 'run')} stand in the history again.`}
        kind="plain"
      >
        Restore
      </SendButton>
    );
  return (
    <SendButton
      method="PUT"
      address={`${address}/withdrawal`}
      label={`Take the runs of ${name} back out of the history`}
      done={`${counted(runCount, 'run')} are taken back out of the history.`}
      undo="DELETE"
      kind="plain"
    >
      Undo import
    </SendButton>
  );
}

type Row = readonly [string, ReactNode];

function Particulars({ view: { screen, now } }: { view: View }) {
  const { found, settings } = screen;
  const { timeZone, state } = found;
  const moment = (at: Date): ReactNode => <Moment at={at.getTime()} timeZone={timeZone} now={now} />;
  const rows: Row[] = [
    [
      'Client',
      <TextLink key="client" href={`/clients/${found.clientId}`}>
        {found.clientName}
      </TextLink>,
    ],
    [
      'File',
      <span key="file">
        {found.fileName}, {sizeText(found.fileBytes)}, {counted(found.rowCount, 'row')}{' '}
        {found.rawReportId && <ReportLink rawReportId={found.rawReportId} />}
      </span>,
    ],
    [
      'SHA-256',
      <code key="sha" className="text-xs [overflow-wrap:anywhere]">
        {found.fileSha256}
      </code>,
    ],
    [
      'Sent',
      <span key="sent">
        {moment(found.createdAt)} by {found.createdByName}
      </span>,
    ],
    ...(found.finishedAt && state === 'done' ? [['Brought in', moment(found.finishedAt)] as const] : []),
    ...(found.withdrawnAt
      ? [
          [
            'Taken back',
            <span key="withdrawn">
              {moment(found.withdrawnAt)} by {found.withdrawnByName}
            </span>,
          ] as const,
        ]
      : []),
    ...(settings && state !== 'draft' ? settingRows(settings) : []),
    ...(found.problem ? [['Problem', found.problem] as const] : []),
  ];
  return (
    <dl className="text-13 mt-4 grid grid-cols-[160px_minmax(0,1fr)] max-sm:grid-cols-1">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-3 border-line border-t py-1.5 max-sm:pb-0">{name}</dt>
          <dd className="border-line border-t py-1.5 [overflow-wrap:anywhere] max-sm:border-0 max-sm:pt-0">
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function settingRows({ dates, timeZone, statuses }: NonNullable<HistoryImportScreen['settings']>): Row[] {
  const words = statuses.map(
    ({ word, as }) => `${word === '' ? '(empty)' : word} = ${as === 'leave-out' ? 'left out' : as}`,
  );
  return [
    ['Times', `${dates ? DATE_FORM_WORD[dates] : '–'}; where they name no zone, ${timeZone}`],
    ['Words', words.join(', ')],
  ];
}

function Content({ view }: { view: View }) {
  const { found, systems } = view.screen;
  switch (found.state) {
    case 'draft':
      return view.mayChange ? (
        <ExplainForm
          importId={found.importId}
          clientName={found.clientName}
          systems={systems}
          now={view.now}
        />
      ) : (
        <p className="text-13 text-ink-2 mt-5">
          Somebody who may open channels has to explain the file before it is brought in.
        </p>
      );
    case 'waiting':
    case 'running':
      return <Progress view={view} />;
    case 'done':
      return <Done view={view} />;
    case 'failed':
    case 'cancelled':
      return <p className="text-13 text-ink-2 mt-5">Nothing of it is in the history.</p>;
  }
}

function Progress({ view: { screen } }: { view: View }) {
  const { rowsDone, rowCount, state } = screen.found;
  return (
    <Section id="progress" title="On its way">
      <RefreshWhileMaking />
      <div className="text-13 text-ink-2 max-w-md">
        <output className="block">
          {state === 'waiting'
            ? 'Waits for its turn …'
            : `${countText(rowsDone)} of ${counted(rowCount, 'row')} …`}
        </output>
        <progress
          aria-label="Rows brought in"
          max={rowCount}
          value={rowsDone}
          className="accent-accent mt-2 h-1.5 w-full"
        />
        <p className="mt-2">
          Nothing of it is seen before all of it is there. It goes on when this page is closed.
        </p>
      </div>
    </Section>
  );
}

function Done({ view: { screen } }: { view: View }) {
  const { found, counts, bySystem, leftOut } = screen;
  const countOf = (status: 'success' | 'warning' | 'failed'): number =>
    counts.find((one) => one.status === status)?.count ?? 0;
  const from = counts.map((one) => one.from.getTime());
  const to = counts.map((one) => one.to.getTime());
  const day = (at: number): string => dayText(at, found.timeZone);
  const leftOutCount = leftOut.reduce((sum, { count }) => sum + count, 0);
  return (
    <>
      <Section
        id="runs"
        title="Runs"
        aside={from.length > 0 ? `${day(Math.min(...from))} to ${day(Math.max(...to))}` : undefined}
      >
        <p className="text-13 mb-2">
          <Counts
            counts={{ success: countOf('success'), warning: countOf('warning'), failed: countOf('failed') }}
          />
        </p>
        <p className="text-13 text-ink-2 mb-3 max-w-[80ch]">
          {found.withdrawnAt
            ? 'They were taken back: no history shows them, and they are kept so that they can be restored.'
            : 'They stand in the history of their systems, marked as imported. They prove no copy and count in no status.'}
        </p>
        {bySystem.length > 0 && (
          <Table
            head={
              <>
                <Th>System</Th>
                <Th className="text-right">Jobs</Th>
                <Th className="text-right">Runs</Th>
              </>
            }
          >
            {bySystem.map(({ systemId, name, count, jobCount }) => (
              <Tr key={systemId}>
                <Td at="first">
                  <TextLink href={`/systems/${systemId}/runs?told=imports`}>{name}</TextLink>
                </Td>
                <Td at="hidden" className="text-right tabular-nums">
                  {countText(jobCount)}
                </Td>
                <Td at="first-right" className="text-right tabular-nums">
                  {countText(count)}
                </Td>
              </Tr>
            ))}
          </Table>
        )}
      </Section>
      <Section
        id="left-out"
        title="Rows left out"
        aside={
          leftOutCount > 0 ? (
            <CsvLink
              href={`/api/v1/history-imports/${found.importId}/left-out`}
              what="the rows that were left out"
            />
          ) : undefined
        }
      >
        {leftOutCount === 0 ? (
          <p className="text-13 text-ink-3">None.</p>
        ) : (
          <ul className="text-13">
            {leftOut.map(({ why, count }) => (
              <li key={why} className="border-line border-b py-1.5">
                <span className="tabular-nums">{countText(count)}</span> {LEFT_OUT_WORD[why]}
              </li>
            ))}
          </ul>
        )}
      </Section>
    </>
  );
}
