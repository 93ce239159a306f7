import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { ActList } from '@/components/evidence/act-list';
import { AnswerDialog } from '@/components/evidence/answer-dialog';
import { GrantStrip } from '@/components/evidence/grant-strip';
import { type Thread, ThreadList, threadsOf } from '@/components/evidence/thread-list';
import { Section } from '@/components/ui/section';
import { requireSession } from '@/server/auth/require-scope';
import { findMsp, listEvidenceClientNames } from '@/server/data/clients';
import { listEvidenceActs } from '@/server/data/evidence-acts';
import { findGrant } from '@/server/data/evidence-grants';
import { listMessages } from '@/server/data/evidence-messages';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../../../page-top';
import { requestTime } from '../../../request-time';

export const metadata: Metadata = { title: 'Grant' };

/** A grant: what it lets its holder see, what they asked and did. */
export default async function GrantPage({ params }: { params: Promise<{ grantId: string }> }) {
  const session = await requireSession('manage-evidence');
  const { scope } = session;
  const grantId = z.uuid().safeParse((await params).grantId).data;
  if (!grantId) notFound();
  const now = requestTime().getTime();
  const found = await webDatabase().inScope(scope, async (tx) => {
    const grant = await findGrant(tx, grantId);
    if (!grant) return null;
    return {
      grant,
      msp: await findMsp(tx, scope.mspId),
      clients: await listEvidenceClientNames(tx, scope.mspId),
      messages: await listMessages(tx, scope.mspId, grantId),
      acts: grant.personId ? await listEvidenceActs(tx, scope.mspId, grant.personId) : [],
    };
  });
  if (!found) notFound();
  const { grant, msp, clients, messages, acts } = found;
  const threads = threadsOf(messages.map((message) => ({ ...message, at: message.at.getTime() })));
  const clientNames = clients
    .filter(({ clientId }) => grant.clientIds.includes(clientId))
    .map(({ name }) => name);
  const renderAnswer = ({ first }: Thread) => <AnswerDialog grantId={grantId} thread={first} />;
  return (
    <>
      <PageTop
        session={session}
        clientId={null}
        crumbs={[{ name: 'Evidence', href: '/settings/evidence' }, { name: grant.name }]}
      />
      <GrantStrip
        {...grant}
        clientNames={clientNames}
        expiresAt={grant.expiresAt.getTime()}
        timeZone={msp.timeZone}
        now={now}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <h1>{grant.name}</h1>
        <p className="text-13 text-ink-2 mt-1">
          {grant.email}
          {grant.personId === null && ', invited and not here yet'}
        </p>
        <Section id="questions" title="Questions">
          {threads.length === 0 ? (
            <p className="text-13 text-ink-3">Nothing was asked yet.</p>
          ) : (
            <ThreadList threads={threads} timeZone={msp.timeZone} now={now} actionFor={renderAnswer} />
          )}
        </Section>
        <Section id="log" title="What they opened" aside="the newest 200; the audit log has all">
          <ActList
            acts={acts.map((act) => ({ ...act, at: act.at.getTime() }))}
            timeZone={msp.timeZone}
            now={now}
          />
        </Section>
      </main>
    </>
  );
}
