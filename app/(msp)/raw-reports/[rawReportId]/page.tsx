import { Download } from 'lucide-react';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { Mark, type Tone } from '@/components/backup/status-mark';
import { countText, sizeText } from '@/components/format/amounts';
import { exactText } from '@/components/format/words';
import { buttonClass } from '@/components/ui/button';
import { Moment } from '@/components/ui/moment';
import { Section } from '@/components/ui/section';
import { Table, Td, Th, Tr } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { requireSession } from '@/server/auth/require-scope';
import type { RawReport } from '@/server/data/raw-reports';
import { webDatabase } from '@/server/data/web-database';
import { showReport, type ShownReport } from '@/server/services/show-report';
import { PageTop } from '../../page-top';

export const metadata: Metadata = { title: 'Report' };

interface Props {
  params: Promise<{ rawReportId: string }>;
}

/** A report exactly as it came: from whom, when, what became of it, what rests on it, and its words. */
export default async function RawReportPage({ params }: Props) {
  const session = await requireSession('view-raw-report');
  const rawReportId = z.uuid().safeParse((await params).rawReportId).data;
  const shown = rawReportId && (await showReport(webDatabase(), session.scope, rawReportId));
  if (!shown) notFound();
  const { report } = shown;
  const timeZone = report.timeZone ?? 'UTC';
  return (
    <>
      <PageTop
        session={session}
        clientId={report.clientId}
        crumbs={[
          ...(report.clientName ? [{ name: report.clientName, href: `/clients/${report.clientId}` }] : []),
          { name: `Report ${report.sequence}` },
        ]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div>
            <h1>
              Report {report.sequence} of {report.agentName}
            </h1>
            <p className="text-13 text-ink-3">received {exactText(report.receivedAt.getTime(), timeZone)}</p>
          </div>
          <a href={`/api/v1/raw-reports/${report.rawReportId}/body`} className={buttonClass()} download>
            <Download size={14} aria-hidden="true" /> Exact bytes
          </a>
        </div>
        <Particulars shown={shown} timeZone={timeZone} />
        <Derived shown={shown} timeZone={timeZone} />
        <Section
          id="content-of-it"
          title="What it says"
          aside={
            shown.isWhole ? 'the signed content, set in lines' : 'its beginning; download it for the rest'
          }
        >
          <pre
            tabIndex={0}
            aria-label="Content of the report"
            className="border-line bg-bg-2 max-h-[70dvh] overflow-auto rounded-lg border p-3 font-mono text-xs leading-5"
          >
            {shown.text}
          </pre>
        </Section>
      </main>
    </>
  );
}

const STATE: Readonly<Record<RawReport['state'], readonly [Tone, string]>> = {
  pending: ['unk', 'Waits to be processed'],
  processed: ['ok', 'Processed'],
  quarantined: ['bad', 'Put aside'],
};

function Particulars({ shown, timeZone }: { shown: ShownReport; timeZone: string }) {
  const { report, signingKey } = shown;
  const [tone, word] = STATE[report.state];
  const rows: readonly (readonly [string, ReactNode])[] = [
    [
      'State',
      <Mark key="state" tone={tone}>
        {word}
      </Mark>,
    ],
    ...(report.reason ? [['Notes', report.reason] as const] : []),
    ['Machine', report.hostname],
    ['Number', `${countText(report.sequence)} of the stream ${report.epoch}`],
    ['Sent', exactText(report.sentAt.getTime(), timeZone)],
    ['Size', `${sizeText(report.sizeBytes)}${report.contentEncoding === 'gzip' ? ', compressed' : ''}`],
    [
      'SHA-256',
      <code key="sha" className="break-all">
        {report.sha256}
      </code>,
    ],
    [
      'Signature (Ed25519)',
      <code key="signature" className="break-all">
        {report.signature}
      </code>,
    ],
    [
      'Signed by',
      signingKey ? (
        <span key="key">
          <Mark tone="ok">Checked</Mark> just now with the key that {report.agentName} has used since{' '}
          {exactText(signingKey.usedFrom.getTime(), timeZone)}:{' '}
          <code className="break-all">{signingKey.publicKey}</code>
        </span>
      ) : (
        <span key="key">
          <Mark tone="bad">Does not fit</Mark> any key of {report.agentName} that is kept: these bytes, times
          and numbers are not what was signed, or it was signed with a key that was changed before keys were
          kept
        </span>
      ),
    ],
  ];
  return (
    <dl className="text-13 mt-4 grid grid-cols-[160px_minmax(0,1fr)] max-sm:grid-cols-1">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-3 border-line border-t py-1.5 max-sm:pb-0">{name}</dt>
          <dd className="border-line border-t py-1.5 max-sm:border-0 max-sm:pt-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const KIND = {
  run: 'Run',
  'recovery-point': 'Recovery point',
  verification: 'Check',
  'restore-test': 'Restore test',
  repository: 'Repository',
  finding: 'Open finding',
} as const;

const HEAD = (
  <>
    <Th>Kind</Th>
    <Th>What</Th>
    <Th>System</Th>
    <Th>At</Th>
  </>
);

function Derived({ shown: { derived, now }, timeZone }: { shown: ShownReport; timeZone: string }) {
  return (
    <Section id="derived" title="What rests on it now" aside={countText(derived.length)}>
      {derived.length === 0 ? (
        <p className="text-13 text-ink-3">
          Nothing any more: later reports say the same or more, or it said nothing about backups.
        </p>
      ) : (
        <Table head={HEAD}>
          {derived.map((fact) => (
            <Tr key={`${fact.kind} ${fact.label} ${fact.at.toISOString()} ${fact.systemId}`}>
              <Td at="first">{KIND[fact.kind]}</Td>
              <Td at="second" className="!whitespace-normal">
                {fact.label}
              </Td>
              <Td at="second-right">
                {fact.systemId && <TextLink href={`/systems/${fact.systemId}`}>{fact.systemName}</TextLink>}
              </Td>
              <Td at="first-right">
                <Moment at={fact.at.getTime()} timeZone={timeZone} now={now} />
              </Td>
            </Tr>
          ))}
        </Table>
      )}
    </Section>
  );
}
