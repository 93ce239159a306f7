import type { Metadata } from 'next';
import { KeepDialog } from '@/components/keeping/keep-dialog';
import { KeepTable } from '@/components/keeping/keep-table';
import { Section } from '@/components/ui/section';
import { Table, Td, Th, Tr } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { KEEP_KINDS, type KeepKind, type KeptMonth, RUN_MONTHS } from '@/domain/keeping/keep-terms';
import { requireSession } from '@/server/auth/require-scope';
import { countKeptMonths, readKeepMonths } from '@/server/data/keep-terms';
import { webDatabase } from '@/server/data/web-database';
import type { TenantScope } from '@/server/tenancy/tenant-scope';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';
import { SlowPart } from '../../slow-part';

export const metadata: Metadata = { title: 'Retention' };

/** What nobody sets, for how long it stays, and why. */
const FIXED = [
  [
    'Audit log',
    'for ever',
    'It proves itself by its whole chain. Personal values beside it can be erased one by one.',
    '/audit',
  ],
  [
    'Evidence: restore tests, records, checks, documents',
    'six years, or longer where a contract or framework says so',
    'What was promised when it was made is not shortened afterwards. The policy of a client says its frameworks and contract.',
    '/settings/frameworks',
  ],
  [
    'Reports that evidence cites, or on which something stands today',
    'as long as that',
    'Restore tests, checks, runs that an auditor drew, recovery points that are there, open findings, examples of rules.',
    null,
  ],
  [
    'All of a client under legal hold',
    'until the hold is withdrawn',
    'Reports, notifications that tell of it, and runs: no term touches them.',
    '/audit',
  ],
  [
    'Runs',
    `${RUN_MONTHS} months`,
    'Of everybody on this installation: their table is cut into months, and a month goes at once. Statuses, findings and what became of each due time stay.',
    null,
  ],
  [
    'Clients, systems, policies, findings, statuses',
    'for ever',
    'They are what you work with, and small.',
    null,
  ],
] as const;

/** How long the MSP's Holdfast keeps what it took in, what there is of it, and what goes next. */
export default async function RetentionPage() {
  const session = await requireSession('set-retention');
  const { scope } = session;
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Retention' }]} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <h1>Retention</h1>
        <p className="text-13 text-ink-2 mt-1 max-w-[80ch]">
          How long Holdfast keeps what it took in and sent for your MSP. A month (UTC) goes as a whole, on the
          first day on which it is older than its term; every removal is in the{' '}
          <TextLink href="/audit?about=keep-term" className="underline">
            log
          </TextLink>
          . Backups themselves are not touched: how long those are kept is in the policies.
        </p>
        <Section id="terms" title="What you set">
          <SlowPart skeleton={<p className="text-13 text-ink-3">Counting …</p>}>{readTable(scope)}</SlowPart>
        </Section>
        <Section id="fixed" title="What stays, whatever you set">
          <Fixed />
        </Section>
      </main>
    </>
  );
}

async function readTable(scope: TenantScope) {
  const now = requestTime().getTime();
  const database = webDatabase();
  const terms = await database.inScope(scope, (tx) => readKeepMonths(tx, scope.mspId));
  const kept = Object.fromEntries(
    await Promise.all(
      KEEP_KINDS.map(async (kind) => [kind, await countKeptMonths(database, scope, kind)] as const),
    ),
  ) as Record<KeepKind, readonly KeptMonth[] | null>;
  const renderChange = (kind: KeepKind) => (
    <KeepDialog key={terms[kind]} kind={kind} months={terms[kind]} kept={kept[kind] ?? []} now={now} />
  );
  return <KeepTable terms={terms} kept={kept} now={now} renderChange={renderChange} />;
}

const FIXED_HEAD = (
  <>
    <Th>What</Th>
    <Th>Kept</Th>
    <Th>Why</Th>
  </>
);

function Fixed() {
  return (
    <Table head={FIXED_HEAD}>
      {FIXED.map(([name, kept, why, href]) => (
        <Tr key={name} className="[&>td]:align-top [&>td]:!whitespace-normal">
          <Td at="first" className="max-w-[40ch] font-medium">
            {href ? <TextLink href={href}>{name}</TextLink> : name}
          </Td>
          <Td at="second" className="max-w-[36ch]">
            {kept}
          </Td>
          <Td at="third" className="text-ink-2 max-w-[60ch]">
            {why}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}
