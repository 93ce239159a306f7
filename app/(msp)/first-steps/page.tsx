import type { Metadata } from 'next';
import { Step } from '@/components/first-hour/step';
import { TOUR_HREF } from '@/components/first-hour/tour-stops';
import { Section } from '@/components/ui/section';
import { TextLink } from '@/components/ui/text-link';
import { FIRST_STEPS, type FirstStep, firstSteps, type FirstSteps } from '@/domain/first-hour/first-steps';
import type { CurrentSession } from '@/server/auth/current-session';
import { requireSession } from '@/server/auth/require-scope';
import { findMsp, listClientNames } from '@/server/data/clients';
import { findFirstSteps } from '@/server/data/first-steps';
import { newestMailTo } from '@/server/data/mail-outbox';
import { listSampleIds, measureSamples, type SampleExtent } from '@/server/data/sample-clients';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../page-top';
import { SampleData } from './sample-data';
import { type Found, StepContent } from './step-content';

export const metadata: Metadata = { title: 'First steps' };

/** From an MSP that has nothing to its first report: what is done follows from what is there, so one can leave at any step and come back. */
export default async function FirstStepsPage() {
  const session = await requireSession('set-up-msp');
  const found = await readPage(session);
  const steps = firstSteps(found.facts);
  return (
    <>
      <PageTop
        session={session}
        clientId={null}
        crumbs={[{ name: 'Fleet', href: '/' }, { name: 'First steps' }]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <h1>First steps</h1>
        <p className="text-13 text-ink-2">{summaryOf(steps)}</p>
        {found.samples !== null && <SampleData extent={found.samples} />}
        <ol className="mt-3 max-w-[860px]">
          {FIRST_STEPS.map((step, index) => (
            <Step
              key={step}
              number={index + 1}
              title={TITLES[step]}
              state={steps.states[step]}
              isNext={steps.next === step}
            >
              <StepContent step={step} state={steps.states[step]} email={session.email} {...found} />
            </Step>
          ))}
        </ol>
        <AndThen steps={steps} />
      </main>
    </>
  );
}

async function readPage({
  scope,
  personId,
}: CurrentSession): Promise<Found & { readonly samples: SampleExtent | null }> {
  const { mspId } = scope;
  return webDatabase().inScope(scope, async (tx) => {
    const sampleIds = await listSampleIds(tx, mspId);
    return {
      msp: await findMsp(tx, mspId),
      facts: await findFirstSteps(tx, mspId),
      mailTest: await newestMailTo(tx, mspId, personId, 'mail-test'),
      clients: (await listClientNames(tx, mspId)).filter(({ clientId }) => !sampleIds.has(clientId)),
      samples: sampleIds.size > 0 ? await measureSamples(tx, mspId) : null,
    };
  });
}

const TITLES: Readonly<Record<FirstStep, string>> = {
  msp: 'Name and time zone',
  mail: 'Mail',
  client: 'The first client',
  connection: 'The first connection',
};

function summaryOf({ doneCount, next }: FirstSteps): string {
  if (next === null && doneCount === FIRST_STEPS.length) return 'All of it is done.';
  const rest = next === null ? ', the rest is left out' : '';
  return `${doneCount} of ${FIRST_STEPS.length} done${rest}. Leave whenever you like: this page knows how far you are.`;
}

function AndThen({ steps }: { steps: FirstSteps }) {
  if (steps.next !== null) return null;
  return (
    <Section id="and-then" title="And then">
      <ul className="text-13 flex flex-col gap-1.5">
        <li>
          <TextLink href={TOUR_HREF}>Take the tour</TextLink>: four stops, a minute
        </li>
        <li>
          <TextLink href="/people">Invite your colleagues</TextLink>
        </li>
        <li>
          <TextLink href="/policies">Say what you promise your clients</TextLink>
        </li>
        <li>
          <TextLink href="/settings/notifications">Choose whom Holdfast tells what</TextLink>
        </li>
      </ul>
    </Section>
  );
}
