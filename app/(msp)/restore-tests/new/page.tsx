import type { Metadata } from 'next';
import type { ReactElement } from 'react';
import { z } from 'zod';
import { ListSkeleton } from '@/components/backup/skeletons';
import { exactText } from '@/components/format/words';
import { tookText } from '@/components/format/amounts';
import { RecordForm } from '@/components/restore-tests/record-form';
import { AddressSelect } from '@/components/ui/address-select';
import { Empty } from '@/components/ui/empty';
import { TextLink } from '@/components/ui/text-link';
import { MINUTE } from '@/domain/time/instant';
import { localAt } from '@/domain/time/zone-clock';
import { requireSession } from '@/server/auth/require-scope';
import type { CurrentSession } from '@/server/auth/current-session';
import {
  type ChosenSystem,
  type NewTestChoices,
  type NewTestView,
  readChosenSystem,
  readNewTestChoices,
} from '@/server/data/new-restore-test';
import { webDatabase } from '@/server/data/web-database';
import { first, type GivenParameters } from '../../list-address';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';
import { SlowPart } from '../../slow-part';

export const metadata: Metadata = { title: 'Record a restore test' };

interface Props {
  searchParams: Promise<GivenParameters>;
}

const id = first.pipe(z.uuid()).nullable().catch(null);
const parameters = z.object({ client: id, system: id, point: id, retest: id });

/** Where a person writes down a restore test that they made, step by step. */
export default async function NewRestoreTestPage({ searchParams }: Props) {
  const session = await requireSession('record-restore-test');
  const { client, system, point, retest } = parameters.parse(await searchParams);
  const view: NewTestView = { clientId: client, systemId: system, pointId: point, retestOf: retest };
  const choices = readNewTestChoices(webDatabase(), session.scope, view);
  return (
    <>
      <PageTop
        session={session}
        clientId={choices.then(({ clientId }) => clientId)}
        crumbs={[{ name: 'Restore tests', href: '/restore-tests' }, { name: 'Record a test' }]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <SlowPart skeleton={<ListSkeleton title="Record a restore test" />}>
          {newTestContent(session, choices, view)}
        </SlowPart>
      </main>
    </>
  );
}

async function newTestContent(
  session: CurrentSession,
  asked: Promise<NewTestChoices>,
  view: NewTestView,
): Promise<ReactElement> {
  const now = requestTime();
  const choices = await asked;
  const chosen = await readChosenSystem(webDatabase(), session.scope, choices.systemId, view, now);
  return (
    <>
      <h1>Record a restore test</h1>
      <p className="text-13 text-ink-2 max-w-[80ch]">
        What you write here becomes evidence: it is kept as it is, reviewed by somebody else, and corrected by
        additions only.
      </p>
      <Steps choices={choices} chosen={chosen} />
      {chosen && <Form chosen={chosen} session={session} now={now.getTime()} />}
    </>
  );
}

interface StepsProps {
  choices: NewTestChoices;
  chosen: ChosenSystem | null;
}

function Steps({ choices: { clients, clientId, systems }, chosen }: StepsProps) {
  if (clients.length === 0)
    return (
      <div className="mt-4">
        <Empty title="There is no client yet.">
          <TextLink href="/" className="underline">
            Add a client
          </TextLink>{' '}
          first.
        </Empty>
      </div>
    );
  if (chosen)
    return (
      <p className="text-13 mt-3">
        <b className="font-semibold">{chosen.systemName}</b> of {chosen.clientName}.{' '}
        <TextLink href={`/restore-tests/new?client=${clientId ?? ''}`} className="underline">
          Choose another system
        </TextLink>
      </p>
    );
  return (
    <div className="mt-4 flex flex-wrap items-center gap-2">
      <AddressSelect
        label="Client"
        any="Choose a client"
        name="client"
        choices={clients.map((one) => ({ value: one.clientId, name: one.name }))}
      />
      {clientId !== null && systems.length > 0 && (
        <AddressSelect
          label="System"
          any="Choose a system"
          name="system"
          choices={systems.map((one) => ({ value: one.systemId, name: one.name }))}
        />
      )}
      {clientId !== null && systems.length === 0 && (
        <span className="text-13 text-ink-3">This client has nothing to restore yet.</span>
      )}
    </div>
  );
}

function Form({ chosen, session, now }: { chosen: ChosenSystem; session: { name: string }; now: number }) {
  const { timeZone, policy, dueAt, rtoSeconds, rpoSeconds, cadenceDays } = chosen;
  const promised = [
    policy && `Policy ${policy.name}, version ${policy.version}: a restore test every ${cadenceDays} days`,
    dueAt === null ? 'nothing was tested before' : `due ${exactText(dueAt, timeZone)}`,
    rtoSeconds === null ? 'no time to recover promised' : `to be recovered within ${tookText(rtoSeconds)}`,
    `data at most ${tookText(rpoSeconds)} old`,
  ].filter(Boolean);
  return (
    <>
      <p className="text-ink-3 mt-1 mb-5 max-w-[90ch] text-xs">{promised.join('; ')}.</p>
      <RecordForm
        key={chosen.systemId}
        systemId={chosen.systemId}
        timeZone={timeZone}
        performer={session.name}
        points={chosen.points.map(({ pointId, repository, point, takenAt }) => ({
          pointId,
          repository,
          name: `${exactText(takenAt, timeZone)}, ${point.slice(0, 12)}`,
        }))}
        pointId={chosen.pointId}
        failures={chosen.failures.map(({ recordId, at }) => ({ recordId, name: exactText(at, timeZone) }))}
        retestOf={chosen.retestOf}
        nowLocal={new Date(Math.floor(localAt(now, timeZone) / MINUTE) * MINUTE).toISOString().slice(0, 16)}
      />
    </>
  );
}
