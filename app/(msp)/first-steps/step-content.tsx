import { AwaitReport } from '@/components/first-hour/await-report';
import { MailTest } from '@/components/first-hour/mail-test';
import { MspDialog } from '@/components/first-hour/msp-dialog';
import { ConnectDialog } from '@/components/forms/connect-dialog';
import { NewClientDialog } from '@/components/forms/new-client-dialog';
import { SendButton } from '@/components/forms/send-button';
import { buttonClass } from '@/components/ui/button';
import { Link } from '@/components/ui/link';
import { Moment } from '@/components/ui/moment';
import { TextLink } from '@/components/ui/text-link';
import type { FirstStep, FirstStepState, Omission } from '@/domain/first-hour/first-steps';
import type { FirstReport, FoundFirstSteps } from '@/server/data/first-steps';
import type { DatedMailState } from '@/server/data/mail-outbox';
import { connectHref } from '../connect/connect-address';
import { requestTime } from '../request-time';
import { timeZones } from '../time-zones';

/** What the first steps show. */
export interface Found {
  readonly msp: { readonly name: string; readonly timeZone: string };
  readonly facts: FoundFirstSteps;
  /** The newest that who looks asked for; null: none yet. */
  readonly mailTest: DatedMailState | null;
  /** Those that are not invented. */
  readonly clients: readonly { readonly clientId: string; readonly name: string }[];
}

/** What there is of a step, and what can be done. */
export function StepContent({
  step,
  state,
  email,
  ...found
}: Found & { step: FirstStep; state: FirstStepState; email: string }) {
  switch (step) {
    case 'msp':
      return <MspStep {...found.msp} />;
    case 'mail':
      return <MailStep state={state} email={email} mailTest={found.mailTest} />;
    case 'client':
      return <ClientStep state={state} facts={found.facts} timeZone={found.msp.timeZone} />;
    case 'connection':
      return <ConnectionStep state={state} {...found} />;
  }
}

function MspStep({ name, timeZone }: Found['msp']) {
  return (
    <>
      <p>
        <b className="text-ink font-semibold">{name}</b>, times in {timeZone}
      </p>
      <MspDialog key={`${name} ${timeZone}`} name={name} timeZone={timeZone} timeZones={timeZones()} />
    </>
  );
}

function MailStep({
  state,
  email,
  mailTest,
}: Pick<Found, 'mailTest'> & { state: FirstStepState; email: string }) {
  return (
    <>
      <p>
        Invitations, notices and reports go out by mail. The mail server is set where Holdfast runs, by{' '}
        <code>SMTP_URL</code> and <code>MAIL_FROM</code>; whether that works, a test shows.
      </p>
      <MailTest
        email={email}
        last={mailTest && { ...mailTest, createdAt: mailTest.createdAt.toISOString() }}
      />
      <Omit step="mail" state={state} what="the mail" />
    </>
  );
}

function ClientStep({
  state,
  facts: { client, clientCount },
  timeZone,
}: Pick<Found, 'facts'> & { state: FirstStepState; timeZone: string }) {
  if (client)
    return (
      <p>
        <TextLink href={`/clients/${client.clientId}`} className="underline">
          {client.name}
        </TextLink>
        {clientCount > 1 && ` and ${clientCount - 1} more`}
      </p>
    );
  return (
    <>
      <p>A company that you look after: its machines, what it was promised, and its reports stay together.</p>
      <NewClientDialog timeZones={timeZones()} timeZone={timeZone} kind="primary" next="/first-steps" />
      <Omit step="client" state={state} what="the first client" />
    </>
  );
}

function ConnectionStep({ state, facts, clients, msp }: Found & { state: FirstStepState }) {
  if (facts.firstReport) return <Reported report={facts.firstReport} timeZone={msp.timeZone} />;
  if (!facts.client) return <p>A backup is connected for a client: add one first.</p>;
  return (
    <>
      <p>
        One line on a machine that makes backups connects it; or the product tells by a ping, a mail or a
        webhook, or is asked.
      </p>
      {state !== 'left-out' && <AwaitReport awaitedCount={facts.awaitedCount} />}
      <div className="flex flex-wrap gap-1.5">
        <ConnectDialog clients={clients} kind="primary" />
        <Link href={connectHref({ clientId: facts.client.clientId })} className={buttonClass()}>
          Choose a product
        </Link>
      </div>
      <Omit step="connection" state={state} what="the first connection" />
    </>
  );
}

function Reported({ report, timeZone }: { report: FirstReport; timeZone: string }) {
  const { rawReportId, receivedAt, from, clientName, systemId, systemName } = report;
  return (
    <>
      <p>
        <TextLink href={`/raw-reports/${rawReportId}`} className="underline">
          The first report
        </TextLink>{' '}
        came from {from}
        {clientName !== null && ` of ${clientName}`},{' '}
        <Moment at={receivedAt.getTime()} timeZone={timeZone} now={requestTime().getTime()} />.
      </p>
      {systemId !== null && (
        <p>
          Its verdict:{' '}
          <TextLink href={`/systems/${systemId}`} className="underline">
            {systemName}
          </TextLink>
        </p>
      )}
    </>
  );
}

/** Leaves a step out while it is not done, or takes it up again. */
function Omit({ step, state, what }: { step: Omission; state: FirstStepState; what: string }) {
  if (state === 'done') return null;
  const isLeftOut = state !== 'left-out';
  return (
    <SendButton
      key={state}
      method="PUT"
      address="/api/v1/first-steps"
      body={{ step, isLeftOut }}
      label={isLeftOut ? `Leave ${what} out` : `Take up ${what} again`}
      done={isLeftOut ? 'Left out.' : 'Taken up again.'}
      className="-ml-2 h-7 px-2"
    >
      {isLeftOut ? 'Leave out' : 'Take up again'}
    </SendButton>
  );
}
