import type { Metadata } from 'next';
import { DecisionList, NamedSystemList, ReportsAsideList } from '@/components/backup/inbox-lists';
import { countText } from '@/components/format/amounts';
import { LiveRefresh } from '@/components/shell/live-refresh';
import { Section } from '@/components/ui/section';
import { may } from '@/domain/access/permissions';
import { requireSession } from '@/server/auth/require-scope';
import { changeMark } from '@/server/data/change-mark';
import { findMsp } from '@/server/data/clients';
import { listInboxDecisions, listNamedSystems, listReportsAside } from '@/server/data/inbox-screen';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../page-top';
import { requestTime } from '../request-time';

export const metadata: Metadata = { title: 'Inbox' };

/** What arrived and fits nothing that anybody entered: reports that could not be read, systems that reports named. */
export default async function InboxPage() {
  const session = await requireSession('view-fleet');
  const { scope, role } = session;
  const { mspId } = scope;
  const now = requestTime().getTime();
  const [mark, msp, reports, systems, decisions] = await webDatabase().inScope(scope, async (tx) => [
    await changeMark(tx, mspId, null),
    await findMsp(tx, mspId),
    await listReportsAside(tx, mspId),
    await listNamedSystems(tx, mspId),
    await listInboxDecisions(tx, mspId),
  ]);
  const maySort = may(role, 'sort-inbox', scope.clientIds);
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Inbox' }]} />
      <LiveRefresh clientId={null} mark={mark} at={now} timeZone={msp.timeZone} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <h1>Inbox</h1>
        <p className="text-13 text-ink-2">
          {reports.length + systems.length === 0
            ? 'Empty: every report could be read, and every system is known.'
            : 'Nothing here is lost or guessed: it waits until somebody says what it is.'}
        </p>
        <Section id="reports" title="Reports put aside" aside={countText(reports.length)}>
          {reports.length === 0 ? (
            <p className="text-13 text-ink-3">
              None. A report or message that cannot be read is kept whole and stands here with the reason.
            </p>
          ) : (
            <ReportsAsideList reports={reports} now={now} maySort={maySort} />
          )}
        </Section>
        <Section id="systems" title="Systems that nobody entered" aside={countText(systems.length)}>
          {systems.length === 0 ? (
            <p className="text-13 text-ink-3">
              None. When a machine’s repository holds backups of a host that is not known, the host becomes a
              system with its own status, and stands here until somebody confirms it, merges it into a system
              that is known, or ignores it.
            </p>
          ) : (
            <NamedSystemList systems={systems} now={now} maySort={maySort} />
          )}
        </Section>
        {decisions.length > 0 && (
          <Section id="decisions" title="Decided" aside="newest first">
            <DecisionList decisions={decisions} timeZone={msp.timeZone} now={now} maySort={maySort} />
          </Section>
        )}
      </main>
    </>
  );
}
