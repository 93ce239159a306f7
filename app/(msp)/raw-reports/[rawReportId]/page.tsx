import { Download, ListFilter } from 'lucide-react';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { Mark, type Tone } from '@/components/backup/status-mark';
import { countText, sizeText } from '@/components/format/amounts';
import { exactText } from '@/components/format/words';
import { buttonClass } from '@/components/ui/button';
import { Link } from '@/components/ui/link';
import { Moment } from '@/components/ui/moment';
import { Section } from '@/components/ui/section';
import { Table, Td, Th, Tr } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { may } from '@/domain/access/permissions';
import { requireSession } from '@/server/auth/require-scope';
import type { RawReport } from '@/server/data/raw-reports';
import { EXAMPLE_BYTES_MAX } from '@/server/data/rule-messages';
import { webDatabase } from '@/server/data/web-database';
import type { ReportProof } from '@/server/services/seal-reports';
import { showReport, type ShownReport } from '@/server/services/show-report';
import { PageTop } from '../../page-top';

export const metadata: Metadata = { title: 'Report' };

interface Props {
  params: Promise<{ rawReportId: string }>;
}

/** A report or message exactly as it came: from whom, when, what became of it, what rests on it, and its words. */
export default async function RawReportPage({ params }: Props) {
  const session = await requireSession('view-raw-report');
  const rawReportId = z.uuid().safeParse((await params).rawReportId).data;
  const shown = rawReportId && (await showReport(webDatabase(), session.scope, rawReportId));
  if (!shown) notFound();
  const { report } = shown;
  const timeZone = report.timeZone ?? 'UTC';
  const noun = nounOf(shown);
  return (
    <>
      <PageTop
        session={session}
        clientId={report.clientId}
        crumbs={[
          ...(report.clientName ? [{ name: report.clientName, href: `/clients/${report.clientId}` }] : []),
          ...(shown.message ? [{ name: report.agentName, href: hrefOf(report) }] : []),
          { name: `${noun} ${report.sequence}` },
        ]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div>
            <h1 className="[overflow-wrap:anywhere]">
              {noun} {report.sequence} of {report.agentName}
            </h1>
            <p className="text-13 text-ink-3">received {exactText(report.receivedAt.getTime(), timeZone)}</p>
          </div>
          <div className="flex flex-wrap gap-1.5">
            {canHaveRule(report) && may(session.role, 'manage-channels', session.scope.clientIds) && (
              <Link href={`/raw-reports/${report.rawReportId}/rule`} className={buttonClass('primary')}>
                <ListFilter size={14} aria-hidden="true" /> Make a rule
              </Link>
            )}
            {!report.deleted && (
              <a href={`/api/v1/raw-reports/${report.rawReportId}/body`} className={buttonClass()} download>
                <Download size={14} aria-hidden="true" /> Exact bytes
              </a>
            )}
          </div>
        </div>
        <Particulars shown={shown} timeZone={timeZone} />
        <Derived shown={shown} timeZone={timeZone} />
        <Content shown={shown} timeZone={timeZone} />
      </main>
    </>
  );
}

/** What was put aside and is a text or a JSON: what says how a run ended can be pointed at in it. */
function canHaveRule({ state, channel, sizeBytes, deleted }: RawReport): boolean {
  if (deleted) return false;
  const isOfRules = channel === 'mail' || channel === 'webhook' || channel === 'pull';
  return state === 'quarantined' && isOfRules && sizeBytes <= EXAMPLE_BYTES_MAX;
}

function nounOf({ report, message }: ShownReport): string {
  if (report.channel === 'import') return 'File';
  return message ? 'Message' : 'Report';
}

/** Of the channel by which a message came. */
function hrefOf({ channel, agentId }: RawReport): string {
  return channel === 'import' ? `/agents/imports/${agentId}` : `/agents/channels/${agentId}`;
}

function Content({ shown, timeZone }: { shown: ShownReport; timeZone: string }) {
  const { report, message } = shown;
  if (report.deleted) return <DeletedContent report={report} deleted={report.deleted} timeZone={timeZone} />;
  if (message) return <MessageContent message={message} isMail={report.channel === 'mail'} />;
  return <ReportContent shown={shown} />;
}

/** What is said of content that is kept no longer. */
function DeletedContent({
  report,
  deleted,
  timeZone,
}: {
  report: RawReport;
  deleted: NonNullable<RawReport['deleted']>;
  timeZone: string;
}) {
  const months = deleted.keptMonths === 1 ? 'a month' : `${deleted.keptMonths} months`;
  return (
    <Section id="content-of-it" title="What it said">
      <p className="text-13 max-w-[80ch]">
        Deleted on {exactText(deleted.at.getTime(), timeZone)} by the retention of {months}; its hash is{' '}
        <code className="break-all">{report.sha256}</code>. What was made of it stays, and so does its place
        in the seal of its day: whoever has the {countText(report.sizeBytes)} bytes can still show that they
        are these.
      </p>
    </Section>
  );
}

function ReportContent({ shown: { isWhole, text } }: { shown: ShownReport }) {
  return (
    <Section
      id="content-of-it"
      title="What it says"
      aside={isWhole ? 'the signed content, set in lines' : 'its beginning; download it for the rest'}
    >
      <Verbatim label="Content of the report">{text}</Verbatim>
    </Section>
  );
}

function MessageContent({
  message: { head, texts, isWhole },
  isMail,
}: {
  message: NonNullable<ShownReport['message']>;
  isMail: boolean;
}) {
  return (
    <>
      <Section
        id="content-of-it"
        title="What it says"
        aside={
          isWhole ? 'as text; nothing in it runs or is fetched' : 'its beginning; download it for the rest'
        }
      >
        {texts.every((text) => text.trim() === '') ? (
          <p className="text-13 text-ink-3">Nothing: it has no body. Its address and its head say it all.</p>
        ) : (
          <div className="flex flex-col gap-2">
            {texts.map((text, index) => (
              // What one message says several times stands in the order in which it does.
              // oxlint-disable-next-line react/no-array-index-key
              <Verbatim key={index} label={`What the message says, ${index + 1} of ${texts.length}`}>
                {text}
              </Verbatim>
            ))}
          </div>
        )}
      </Section>
      {head !== '' && (
        <Section
          id="head-of-it"
          title="Its head"
          aside={isMail ? 'as it came' : 'without the secret of its address'}
        >
          <Verbatim label="Head of the message">{head}</Verbatim>
        </Section>
      )}
    </>
  );
}

function Verbatim({ label, children }: { label: string; children: string }) {
  return (
    <pre
      tabIndex={0}
      aria-label={label}
      className="border-line bg-bg-2 max-h-[70dvh] overflow-auto rounded-lg border p-3 font-mono text-xs leading-5"
    >
      {children}
    </pre>
  );
}

const STATE: Readonly<Record<RawReport['state'], readonly [Tone, string]>> = {
  pending: ['unk', 'Waits to be processed'],
  processed: ['ok', 'Processed'],
  quarantined: ['bad', 'Put aside'],
};

function Particulars({ shown, timeZone }: { shown: ShownReport; timeZone: string }) {
  const { report, proof } = shown;
  const [tone, word] = STATE[report.state];
  const rows: readonly Row[] = [
    [
      'State',
      <Mark key="state" tone={tone}>
        {word}
      </Mark>,
    ],
    ...(report.reason ? [['Notes', report.reason] as const] : []),
    ...ruleRows(shown),
    ...(shown.message ? messageRows(report, timeZone) : reportRows(shown, timeZone)),
    ['Sealed', <SealText key="seal" proof={proof} />],
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

type Row = readonly [string, ReactNode];

/** Which rules of technicians said something of it, where no parser read it. */
function ruleRows({ ruleUses }: ShownReport): Row[] {
  if (ruleUses.length === 0) return [];
  return [
    [
      'Read by',
      <ul key="rules">
        {ruleUses.map(({ messageRuleId, ruleName, version, status, isDecisive }) => (
          <li key={messageRuleId}>
            the rule{' '}
            <TextLink href={`/agents/channels/rules/${messageRuleId}`} className="underline">
              {ruleName}
            </TextLink>{' '}
            in its version {version}, as a {status === 'failed' ? 'failure' : status}
            {!isDecisive && ', which does not count beside the other'}
          </li>
        ))}
      </ul>,
    ],
  ];
}

function reportRows(shown: ShownReport, timeZone: string): Row[] {
  const { report } = shown;
  return [
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
    ['Signed by', <SignatureText key="key" shown={shown} timeZone={timeZone} />],
  ];
}

function SignatureText({
  shown: { report, signingKey },
  timeZone,
}: {
  shown: ShownReport;
  timeZone: string;
}) {
  if (report.deleted) return 'not to be checked any more: what was signed is deleted';
  if (signingKey === null)
    return (
      <>
        <Mark tone="bad">Does not fit</Mark> any key of {report.agentName} that is kept: these bytes, times
        and numbers are not what was signed, or it was signed with a key that was changed before keys were
        kept
      </>
    );
  return (
    <>
      <Mark tone="ok">Checked</Mark> just now with the key that {report.agentName} has used since{' '}
      {exactText(signingKey.usedFrom.getTime(), timeZone)}:{' '}
      <code className="break-all">{signingKey.publicKey}</code>
    </>
  );
}

const CAME: Readonly<Record<Exclude<RawReport['channel'], 'agent'>, string>> = {
  ping: 'by a ping to a secret address: whoever knows it can send one',
  mail: 'by mail to a secret address: whoever knows it can send one, and its sender proves nothing',
  webhook: 'by a webhook to a secret address: whoever knows it can send one',
  pull: 'asked of the server that made it, by its own interface and with credentials that were given for that',
  import:
    'as a file with history that a person brought in: it tells what another tool had recorded, and proves no copy',
};

/** What is known of a message: nobody signed it. */
function messageRows(report: RawReport, timeZone: string): Row[] {
  const { channel, envelope, agentName, sizeBytes, sha256 } = report;
  const { ping = null, mail = null, import: file } = envelope ?? {};
  return [
    [
      'Channel',
      <TextLink key="channel" href={hrefOf(report)}>
        {agentName}
      </TextLink>,
    ],
    ...(file
      ? ([
          ['File', file.fileName],
          ['Brought in by', file.byName],
        ] as const)
      : [['System', report.hostname] as const]),
    ...(channel === 'agent' ? [] : [['Came', CAME[channel]] as const]),
    ...(ping
      ? [
          [
            'Said',
            [
              ping.kind === 'ign' ? 'something its check does not listen to' : ping.kind,
              ping.exitStatus !== null && `exit status ${ping.exitStatus}`,
              ping.rid !== null && `run ${ping.rid}`,
              `by ${ping.method}`,
            ]
              .filter(Boolean)
              .join(', '),
          ] as const,
        ]
      : []),
    ...(mail && !report.deleted
      ? [
          ['Handed in', `from ${mail.from ?? 'nobody named'} by ${mail.remoteAddress ?? 'HTTP'}`] as const,
          ['Sender', senderText(mail)] as const,
        ]
      : []),
    ['Number', countText(report.sequence)],
    ['Received', exactText(report.receivedAt.getTime(), timeZone)],
    ['Size', file ? sizeText(sizeBytes) : `${sizeText(sizeBytes)}, with its head`],
    [
      'SHA-256',
      <code key="sha" className="break-all">
        {sha256}
      </code>,
    ],
  ];
}

/** What our own mail server found of who sent a mail. */
function senderText({ trust, results }: NonNullable<NonNullable<RawReport['envelope']>['mail']>): string {
  if (results === null) return 'not verified: no mail server of ours looked at it';
  const found = results.map(({ method, result, domain }) =>
    [method.toUpperCase(), result, domain && `(${domain})`].filter(Boolean).join(' '),
  );
  const by = found.length > 0 ? `our mail server found ${found.join(', ')}` : 'our mail server found nothing';
  return `${trust === 'verified_mail' ? 'verified' : 'not verified'}: ${by}`;
}

/** Whether it is in the evidence log's root over its day. */
function SealText({ proof }: { proof: ReportProof }) {
  if (proof.kind === 'not-yet')
    return (
      <>
        <Mark tone="unk">Not yet</Mark> sealed into the evidence log: the day’s reports are, once the day
        (UTC) is over
      </>
    );
  const { day, count, root, seq } = proof.seal;
  const seal = `event ${countText(seq)} of the log, over ${countText(count)} reports of ${day} (UTC)`;
  if (proof.kind === 'large')
    return (
      <>
        {seal}: too many to prove it while you wait; the root is <code className="break-all">{root}</code>
      </>
    );
  if (proof.kind === 'differs')
    return (
      <>
        <Mark tone="bad">Does not fit</Mark> {seal}: this report came after the day was sealed, or one of that
        day was changed, taken out or put in since
      </>
    );
  return (
    <>
      <Mark tone="ok">Proved</Mark> just now: it is in {seal}
      <details>
        <summary className="text-accent w-fit cursor-pointer">The proof</summary>
        <p className="text-ink-3 mt-1 text-xs">
          Merkle tree of RFC 9162, SHA-256; leaf {countText(proof.proof.index)} of {countText(count)}, counted
          from 0 by report id: the 16 bytes of the id, then the 32 of the SHA-256 above.
        </p>
        <ol className="text-xs">
          {[...proof.proof.path.map((hash) => ['beside it', hash]), ['root', root]].map(([name, hash]) => (
            <li key={hash}>
              {name} <code className="break-all">{hash}</code>
            </li>
          ))}
        </ol>
      </details>
    </>
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

function Derived({ shown: { report, derived, now }, timeZone }: { shown: ShownReport; timeZone: string }) {
  if (report.channel === 'import')
    return (
      <Section id="derived" title="What rests on it now">
        <p className="text-13">
          Runs of the past, and nothing that is judged:{' '}
          <TextLink href={hrefOf(report)} className="underline">
            what became of its rows
          </TextLink>
        </p>
      </Section>
    );
  return (
    <Section id="derived" title="What rests on it now" aside={countText(derived.length)}>
      {derived.length === 0 ? (
        <p className="text-13 text-ink-3">
          {report.state === 'processed'
            ? 'Nothing any more: later reports say the same or more, or it said nothing about backups.'
            : `Nothing: ${report.deleted ? 'it was' : 'it is'} kept, and nothing is made of it.`}
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
