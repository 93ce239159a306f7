import type { Metadata } from 'next';
import { ActList } from '@/components/evidence/act-list';
import { Empty } from '@/components/ui/empty';
import { Section } from '@/components/ui/section';
import { TextLink } from '@/components/ui/text-link';
import { auditorOf } from '@/server/auth/auditor';
import { requireSession } from '@/server/auth/require-scope';
import { findMsp, listEvidenceClientNames } from '@/server/data/clients';
import { listEvidenceActs } from '@/server/data/evidence-acts';
import { webDatabase } from '@/server/data/web-database';
import { openEvidence } from '@/server/services/use-evidence-room';
import { requestTime } from '../../(msp)/request-time';

export const metadata: Metadata = { title: 'Evidence room' };

/** Where an auditor begins: the clients of the grant, and what they have opened so far. */
export default async function EvidencePage() {
  const session = await requireSession('view-evidence');
  const auditor = auditorOf(session);
  const { scope } = auditor;
  const now = requestTime().getTime();
  const { msp, clients } = await webDatabase().inScope(scope, async (tx) => ({
    msp: await findMsp(tx, scope.mspId),
    clients: await listEvidenceClientNames(tx, scope.mspId),
  }));
  await openEvidence(
    webDatabase(),
    auditor,
    clients.map(({ clientId }) => clientId),
    { kind: 'viewed', what: 'the room' },
  );
  const acts = await webDatabase().inScope(scope, (tx) =>
    listEvidenceActs(tx, scope.mspId, session.personId),
  );
  return (
    <main id="content" className="mx-auto max-w-[1000px] px-4 pt-5 pb-10 sm:px-6">
      <h1>Evidence room</h1>
      <p className="text-13 text-ink-2 mt-1 max-w-[80ch]">
        Holdfast shows evidence. Whether a clause is met is for you to judge. Lists are whole for the period:
        what is missing stands there as missing.
      </p>
      <Section id="clients" title="Clients">
        {clients.length === 0 ? (
          <Empty title="None of the clients of your grant is there any more.">
            Ask {auditor.grant.grantedByName}, who granted it.
          </Empty>
        ) : (
          <ul className="border-line divide-line divide-y rounded-lg border">
            {clients.map(({ clientId, name }) => (
              <li key={clientId} className="px-4 py-3">
                <TextLink href={`/evidence/${clientId}`} className="font-medium">
                  {name}
                </TextLink>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section id="log" title="Your log" aside="what you opened, searched, downloaded, drew and asked">
        <ActList
          acts={acts.map((act) => ({ ...act, at: act.at.getTime() }))}
          timeZone={msp.timeZone}
          now={now}
        />
      </Section>
    </main>
  );
}
