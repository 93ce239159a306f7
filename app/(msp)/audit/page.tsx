import type { Metadata } from 'next';
import { AuditFilters } from '@/components/audit/audit-filters';
import { AuditTable } from '@/components/audit/audit-table';
import { EraseDialog } from '@/components/audit/erase-dialog';
import { LegalHolds } from '@/components/audit/legal-holds';
import { NoteSubscribers } from '@/components/audit/note-subscribers';
import { ProofPanel, Row } from '@/components/audit/proof-panel';
import { Mark } from '@/components/backup/status-mark';
import { countText } from '@/components/format/amounts';
import { exactText } from '@/components/format/words';
import { buttonClass } from '@/components/ui/button';
import { Chip } from '@/components/ui/chip';
import { CsvLink } from '@/components/ui/csv-link';
import { Empty } from '@/components/ui/empty';
import { FilterField } from '@/components/ui/filter-field';
import { Link } from '@/components/ui/link';
import { TextLink } from '@/components/ui/text-link';
import { requireSession } from '@/server/auth/require-scope';
import { AUDIT_SUBJECTS, type AuditSubject } from '@/server/data/audit-log';
import { type AuditScreen, readAuditLog } from '@/server/data/audit-screen';
import { findMsp } from '@/server/data/clients';
import { webDatabase } from '@/server/data/web-database';
import { type ChainCheck, checkAuditChain } from '@/server/services/check-audit-chain';
import { type Proof as LogProof, readProof } from '@/server/services/read-proof';
import { PageTop } from '../page-top';
import { requestTime } from '../request-time';
import { auditFilter, auditHref, auditQuery, type AuditView, readAuditAddress } from './audit-address';

export const metadata: Metadata = { title: 'Audit log' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Who did what and when, in the MSP's chain of events; and whether the chain is whole. */
export default async function AuditPage({ searchParams }: Props) {
  const session = await requireSession('view-audit-log');
  const { scope } = session;
  const view = readAuditAddress(await searchParams);
  const now = requestTime().getTime();
  const { timeZone } = await webDatabase().inScope(scope, (tx) => findMsp(tx, scope.mspId));
  const screen = await readAuditLog(webDatabase(), scope, auditFilter(view, timeZone), view.before);
  const proof = await readProof(webDatabase(), session, new Date(now));
  const check = view.isChecked ? await checkAuditChain(webDatabase(), scope) : null;
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Audit log' }]} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div>
            <h1>Audit log</h1>
            <p className="text-13 text-ink-2 max-w-[80ch]">
              Every change, by whom and when. Each event holds the hash of the one before it, so that none can
              be changed, taken out or put in without showing.
            </p>
          </div>
          <Link
            href={auditHref(view, { isChecked: true, before: view.before })}
            className={buttonClass()}
            scroll={false}
          >
            Check the whole log
          </Link>
        </div>
        <Proof proof={proof} screen={screen} timeZone={timeZone} now={now} />
        {check && <Checked check={check} timeZone={timeZone} />}
        <Filters view={view} screen={screen} />
        <List view={view} screen={screen} timeZone={timeZone} now={now} />
      </main>
    </>
  );
}

const FIELD = 'border-edge bg-bg text-ink text-13 h-8 max-w-[190px] rounded-md border px-2';

function Proof({
  proof,
  screen,
  timeZone,
  now,
}: {
  proof: LogProof;
  screen: AuditScreen;
  timeZone: string;
  now: number;
}) {
  const { subscribers, others, holds, isEditable, ...shown } = proof;
  return (
    <ProofPanel {...shown} timeZone={timeZone} now={now}>
      <Row name="The day’s note by mail">
        <NoteSubscribers subscribers={subscribers} others={others} isEditable={isEditable} />
      </Row>
      <Row name="Legal holds">
        <LegalHolds
          holds={holds}
          clients={screen.clients}
          isEditable={isEditable}
          timeZone={timeZone}
          now={now}
        />
      </Row>
      <Row name="Take it along">
        <form action="/api/v1/audit/bundle" className="flex flex-wrap items-center gap-1.5">
          <select name="client" aria-label="Of which client" className={FIELD}>
            <option value="">The whole MSP</option>
            {screen.clients.map(({ clientId, name }) => (
              <option key={clientId} value={clientId}>
                {name}
              </option>
            ))}
          </select>
          <label className="inline-flex items-center gap-1.5">
            from <input type="date" name="from" aria-label="Bundle from" className={FIELD} />
          </label>
          <label className="inline-flex items-center gap-1.5">
            to <input type="date" name="to" aria-label="Bundle to" className={FIELD} />
          </label>
          <button type="submit" className={buttonClass()}>
            Download the bundle
          </button>
        </form>
        <span className="text-ink-3 block text-xs">
          A zip with the exact events, checkpoints, keys and two verifiers: anybody checks it offline with{' '}
          <code>node verify.mjs BUNDLE</code> or <code>python3 verify.py BUNDLE</code>. Of one client it shows
          that client’s events, and of all others hashes only.
        </span>
      </Row>
      {isEditable && (
        <Row name="Personal values">
          <EraseDialog />
        </Row>
      )}
    </ProofPanel>
  );
}

function Checked({ check, timeZone }: { check: ChainCheck; timeZone: string }) {
  return (
    <output className="border-line bg-bg-2 text-13 mt-3 block rounded-lg border px-3 py-2">
      {check.broken ? (
        <span className="block">
          <Mark tone="bad">Broken</Mark> at event {countText(check.broken.seq)}: {check.broken.complaint}. The
          events before it are whole.
        </span>
      ) : (
        <span className="block">
          <Mark tone="ok">Whole</Mark>: {countText(check.events)} events, each following the one before it
          {check.lastAt && `, the last of ${exactText(check.lastAt.getTime(), timeZone)}`}.
        </span>
      )}
      <span className="text-ink-3 mt-1 block text-xs break-all">
        Hash of the last one that was checked: {check.headHash}. Note it elsewhere: it shows later that
        nothing up to here has changed since.
      </span>
    </output>
  );
}

const SUBJECT_WORDS: Readonly<Record<AuditSubject, string>> = {
  people: 'People',
  declarations: 'Declarations',
  machines: 'Machines',
  inbox: 'Inbox',
  clients: 'Clients',
  policies: 'Policies',
  verdicts: 'Statuses',
  findings: 'Findings',
  'restore tests': 'Restore tests',
  evidence: 'Evidence',
};

function Filters({ view, screen }: { view: AuditView; screen: AuditScreen }) {
  const exported = auditQuery(view, { before: null, isChecked: false });
  return (
    <>
      <div className="mt-4 flex flex-wrap items-center gap-1.5">
        <Chip href={auditHref(view, { subject: null })} isOn={view.subject === null}>
          All
        </Chip>
        {(Object.keys(AUDIT_SUBJECTS) as AuditSubject[]).map((subject) => (
          <Chip key={subject} href={auditHref(view, { subject })} isOn={view.subject === subject}>
            {SUBJECT_WORDS[subject]}
          </Chip>
        ))}
      </div>
      <div className="mt-2 mb-2 flex flex-wrap items-center gap-1.5">
        <FilterField label="Filter events" />
        <AuditFilters
          people={screen.people.map(({ personId, name }) => ({ value: personId, name }))}
          clients={screen.clients.map(({ clientId, name }) => ({ value: clientId, name }))}
        />
        <span className="ml-auto flex items-center gap-1.5">
          <CsvLink href={`/api/v1/audit/csv${exported}`} what="these events" />
          <a
            href={`/api/v1/audit/events${exported}`}
            download
            className={buttonClass('quiet')}
            title="Exact texts and hashes, one event a line"
          >
            Exact events
          </a>
        </span>
      </div>
    </>
  );
}

function List({
  view,
  screen,
  timeZone,
  now,
}: {
  view: AuditView;
  screen: AuditScreen;
  timeZone: string;
  now: number;
}) {
  if (screen.events.length === 0)
    return (
      <Empty title="No event fits this view.">
        <TextLink href="/audit">Show the whole log</TextLink>
      </Empty>
    );
  return (
    <>
      <AuditTable
        screen={screen}
        timeZone={timeZone}
        now={now}
        hrefOfActor={(actorId) => auditHref(view, { actorId })}
      />
      <nav aria-label="Pages" className="text-13 mt-3 flex gap-4">
        {view.before !== null && <TextLink href={auditHref(view)}>Newest</TextLink>}
        {screen.next !== null && (
          <TextLink href={auditHref(view, { before: screen.next })} rel="next">
            Older
          </TextLink>
        )}
      </nav>
    </>
  );
}
