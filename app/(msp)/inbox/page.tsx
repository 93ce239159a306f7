import type { Metadata } from 'next';
import type { ReactElement } from 'react';
import { DecisionList, NamedSystemList, ReportsAsideList } from '@/components/backup/inbox-lists';
import { ListSkeleton } from '@/components/backup/skeletons';
import { countText } from '@/components/format/amounts';
import { LiveRefresh } from '@/components/shell/live-refresh';
import { Section } from '@/components/ui/section';
import { may } from '@/domain/access/permissions';
import type { CurrentSession } from '@/server/auth/current-session';
import { requireSession } from '@/server/auth/require-scope';
import { changeMark } from '@/server/data/change-mark';
import { findMsp } from '@/server/data/clients';
import { listInboxDecisions, listNamedSystems, listReportsAside } from '@/server/data/inbox-screen';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../page-top';
import { requestTime } from '../request-time';
import { SlowPart } from '../slow-part';

export const metadata: Metadata = { title: 'Inbox' };

/** What arrived and fits nothing that anybody entered: reports that could not be read, systems that reports named. */
export default async function InboxPage() {
  const session = await requireSession('view-fleet');
  const { scope } = session;
  const now = requestTime().getTime();
  const [mark, { timeZone }] = await webDatabase().inScope(scope, async (tx) => [
    await changeMark(tx, scope.mspId, null),
    await findMsp(tx, scope.mspId),
  ]);
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Inbox' }]} />
      <LiveRefresh clientId={null} mark={mark} at={now} timeZone={timeZone} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <SlowPart skeleton={<ListSkeleton title="Inbox" />}>{inboxContent(session, timeZone, now)}</SlowPart>
      </main>
    </>
  );
}

async function inboxContent(
  { scope, role }: CurrentSession,
  timeZone: string,
  now: number,
): Promise<ReactElement> {
  const { mspId } = scope;
  const [reports, systems, decisions] = await webDatabase().inScope(scope, async (tx) => [
    await listReportsAside(tx, mspId),
    await listNamedSystems(tx, mspId),
    await listInboxDecisions(tx, mspId),
  ]);
  const maySort = may(role, 'sort-inbox', scope.clientIds);
  return (
    <>
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
          <DecisionList decisions={decisions} timeZone={timeZone} now={now} maySort={maySort} />
        </Section>
      )}
    </>
  );
}
