import type { ReactNode } from 'react';
import type { DrillOutcome } from '@/contract/report';
import type { Step } from '@/domain/notify/decide-messages';
import type { ChannelKind, DeliveryProblem } from '@/domain/notify/delivery';
import { DRILL_CONFIRM_WITHIN, type DrillStage } from '@/domain/restore-test/drill';
import { isTicketKind } from '@/domain/tickets/ticket-settings';
import type { Instant } from '@/domain/time/instant';
import { Shape, type Tone } from '../backup/status-mark';
import { SendButton } from '../forms/send-button';
import { KIND_WORDS, PROBLEM_WORDS } from '../notifications/notification-words';
import { Moment } from '../ui/moment';
import { TextLink } from '../ui/text-link';

export interface DrillShown {
  readonly requestId: string;
  readonly dataSetId: string;
  readonly repositoryName: string;
  readonly hostname: string;
  readonly askedByName: string;
  readonly askedAt: Instant;
  readonly expiresAt: Instant;
  readonly state: 'waiting' | 'fetched' | 'done' | 'expired';
  readonly fetchedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly outcome: DrillOutcome | null;
  readonly message: string | null;
  readonly damaged: { readonly path: string; readonly offset: number } | null;
  /** null: it was not answered yet. */
  readonly stage: DrillStage | null;
  readonly openedAt: Instant | null;
  readonly closedAt: Instant | null;
  readonly causeId: string | null;
  readonly ticketReference: string | null;
  readonly messages: readonly {
    readonly channelName: string;
    readonly kind: ChannelKind;
    readonly step: Step;
    readonly state: 'waiting' | 'sent' | 'given-up';
    readonly at: Instant;
    readonly finishedAt: Instant | null;
    readonly problem: DeliveryProblem | null;
  }[];
  readonly confirmedAt: Instant | null;
  readonly confirmedByName: string | null;
  /** Why nobody can confirm it now; null: somebody can. */
  readonly whyUnconfirmable: string | null;
}

interface Props {
  drill: DrillShown;
  timeZone: string;
  now: Instant;
  mayConfirm: boolean;
}

/** A drill step by step: asked for, what the machine found, the alarm, the messages of it, and whether somebody got them. */
export function DrillSteps(props: Props) {
  const { drill } = props;
  const moment = (at: Instant) => <Moment at={at} timeZone={props.timeZone} now={props.now} />;
  return (
    <div className="border-line text-13 mb-3 rounded-md border px-3 py-2">
      <p className="text-ink-2 mb-1.5">
        <strong className="text-ink font-semibold">Drill</strong> from {drill.repositoryName} by the agent on{' '}
        {drill.hostname}: no restore test, and no proof of this copy.
      </p>
      <ol className="flex flex-col gap-1.5">
        <Line tone="ok" head="Asked for">
          by {drill.askedByName} {moment(drill.askedAt)}
        </Line>
        <MachineLine drill={drill} moment={moment} />
        {drill.stage !== 'ended' && <AlarmLines {...props} moment={moment} />}
      </ol>
    </div>
  );
}

type TellMoment = (at: Instant) => ReactNode;

function Line({ tone, head, children }: { tone: Tone; head: string; children?: ReactNode }) {
  return (
    <li className="grid grid-cols-[12px_minmax(0,1fr)] items-start gap-x-2">
      <span className="pt-[0.28em]">
        <Shape tone={tone} />
      </span>
      <span className="[overflow-wrap:anywhere]">
        <span className="font-medium">{head}</span> <span className="text-ink-2">{children}</span>
      </span>
    </li>
  );
}

function MachineLine({ drill, moment }: { drill: DrillShown; moment: TellMoment }) {
  const { state, hostname, expiresAt, fetchedAt, endedAt, outcome, damaged } = drill;
  const why = drill.message?.split('\n', 1)[0] ?? '';
  const told = moment(endedAt ?? expiresAt);
  if (state === 'waiting')
    return (
      <Line tone="unk" head="Waiting for its machine:">
        the agent on {hostname} fetches it with its next report, not after {moment(expiresAt)}
      </Line>
    );
  if (state === 'fetched')
    return (
      <Line tone="unk" head="Running">
        on {hostname} since {moment(fetchedAt ?? expiresAt)}
      </Line>
    );
  switch (outcome) {
    case 'noticed':
      return (
        <Line tone="ok" head="Damage noticed:">
          byte {damaged?.offset} of <code>{damaged?.path}</code> was changed in the scratch folder, and
          exactly that was found, {told}
        </Line>
      );
    case 'unnoticed':
      return (
        <Line tone="bad" head="Damage was not noticed:">
          <code>{damaged?.path}</code> was changed in the scratch folder and taken for good, {told}. Restore
          tests of this machine prove nothing until that is cured.
        </Line>
      );
    case 'copy-damaged':
      return (
        <Line tone="bad" head="The copy itself is not whole:">
          {why} Told {told}. This is no exercise: ask for a restore test now.
        </Line>
      );
    case 'error':
      return (
        <Line tone="unk" head="Ended in an error:">
          {why} Told {told}. It proves nothing; cure that and start another drill.
        </Line>
      );
    case 'skipped':
      return (
        <Line tone="off" head="Not made:">
          {why} Told {told}.
        </Line>
      );
    case null:
      return (
        <Line tone="off" head="Nobody answered:">
          the agent on {hostname} told nothing in time. See whether it still reports and is new enough for
          drills; then start another one.
        </Line>
      );
  }
}

function AlarmLines({ drill, timeZone, now, mayConfirm, moment }: Props & { moment: TellMoment }) {
  const { stage, openedAt, causeId, messages } = drill;
  if (stage === null) return null;
  if (openedAt === null)
    return (
      <Line tone="unk" head="Alarm:">
        it is raised in a moment
      </Line>
    );
  return (
    <>
      <Line
        tone={stage === 'failed' ? 'bad' : 'ok'}
        head={stage === 'failed' ? 'Real alarm raised' : 'Alarm raised'}
      >
        {moment(openedAt)}{' '}
        {causeId !== null && (
          <TextLink href={`/findings?cause=${causeId}`} className="underline">
            the finding
          </TextLink>
        )}
      </Line>
      {messages.length === 0 && <NobodyTold drill={drill} />}
      {messages.map((one) => (
        <MessageLine
          key={`${one.channelName} ${one.step} ${one.at}`}
          message={one}
          drill={drill}
          moment={moment}
        />
      ))}
      {stage !== 'failed' && (
        <ConfirmLine drill={drill} timeZone={timeZone} now={now} mayConfirm={mayConfirm} moment={moment} />
      )}
    </>
  );
}

function NobodyTold({ drill: { closedAt } }: { drill: DrillShown }) {
  return closedAt === null ? (
    <Line tone="risk" head="Nobody was told yet.">
      Messages are gathered for half a minute. Where none follows, no rule of the notification settings tells
      critical findings of this client, or quiet hours hold them back.
    </Line>
  ) : (
    <Line tone="bad" head="Nobody was told:">
      no rule of the notification settings told this finding in time
    </Line>
  );
}

function MessageLine({
  message: { channelName, kind, state, at, finishedAt, problem, step },
  drill: { ticketReference },
  moment,
}: {
  message: DrillShown['messages'][number];
  drill: DrillShown;
  moment: TellMoment;
}) {
  const to = `${channelName} (${KIND_WORDS[kind]})`;
  const escalated = step === 'escalated' ? ' after nobody acknowledged it' : '';
  if (isTicketKind(kind))
    return ticketReference === null ? (
      <Line tone="unk" head="Ticket wanted">
        in {to} {moment(at)}
      </Line>
    ) : (
      <Line tone="ok" head={`Ticket ${ticketReference}`}>
        in {to}, wanted {moment(at)}
      </Line>
    );
  switch (state) {
    case 'sent':
      return (
        <Line tone="ok" head="Message delivered">
          to {to}
          {escalated} {moment(finishedAt ?? at)}
        </Line>
      );
    case 'given-up':
      return (
        <Line tone="bad" head="Message not delivered">
          to {to}
          {escalated}, given up {moment(finishedAt ?? at)}. {problem !== null && PROBLEM_WORDS[problem]}
        </Line>
      );
    case 'waiting':
      return (
        <Line tone={problem === null ? 'unk' : 'risk'} head="Message waits">
          for {to}
          {escalated} since {moment(at)}. {problem !== null && PROBLEM_WORDS[problem]}
        </Line>
      );
  }
}

function ConfirmLine({ drill, mayConfirm, moment }: Props & { moment: TellMoment }) {
  const { stage, dataSetId, requestId, openedAt, confirmedAt, confirmedByName, whyUnconfirmable } = drill;
  if (stage === 'confirmed')
    return (
      <Line tone="ok" head="Arrived,">
        by the word of {confirmedByName} {moment(confirmedAt ?? 0)}
      </Line>
    );
  if (stage === 'unconfirmed')
    return (
      <Line tone="bad" head="Nobody confirmed">
        within 24 hours that the alarm arrived
      </Line>
    );
  return (
    <Line tone="unk" head="Did it arrive?">
      It closes by itself {moment((openedAt ?? 0) + DRILL_CONFIRM_WITHIN)} as ‘nobody confirmed’.
      {mayConfirm && (
        <span className="mt-1 block">
          {whyUnconfirmable === null ? (
            <SendButton
              method="POST"
              address={`/api/v1/data-sets/${dataSetId}/drill-confirmation`}
              body={{ requestId }}
              label="Yes, it arrived: confirm the alarm of this drill"
              done="Confirmed. The alarm closes in a moment."
              kind="plain"
            >
              Yes, it arrived
            </SendButton>
          ) : (
            <span className="text-ink-3">{whyUnconfirmable}</span>
          )}
        </span>
      )}
    </Line>
  );
}
