import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { ChangeChannelDialog } from '@/components/channels/change-channel-dialog';
import { ChannelStateMark, productName, WAY_WORD } from '@/components/channels/channel-words';
import { LineList } from '@/components/channels/line-list';
import { MessageTable } from '@/components/channels/message-table';
import { countText } from '@/components/format/amounts';
import { SendButton } from '@/components/forms/send-button';
import { ChangePullDialog } from '@/components/pull/change-pull-dialog';
import { PullTable } from '@/components/pull/pull-table';
import { TestConnector } from '@/components/pull/test-connector';
import { ConfirmDialog } from '@/components/forms/confirm-dialog';
import { LiveRefresh } from '@/components/shell/live-refresh';
import { CopyButton } from '@/components/ui/copy-button';
import { Moment } from '@/components/ui/moment';
import { Section } from '@/components/ui/section';
import { TextLink } from '@/components/ui/text-link';
import { may } from '@/domain/access/permissions';
import { connectLines, fullAddress } from '@/domain/connect/lines';
import { productRead } from '@/domain/connect/products';
import { durationText } from '@/domain/protection/sentence';
import { shownAddress } from '@/domain/pull/pull-settings';
import { requireSession } from '@/server/auth/require-scope';
import { config } from '@/server/config';
import { changeMark } from '@/server/data/change-mark';
import { type ChannelChoices, listChannelChoices } from '@/server/data/channel-choices';
import { type ChannelScreen, MESSAGES_SHOWN, readChannel } from '@/server/data/channel-screens';
import type { PullConnector } from '@/server/data/pull-connectors';
import { webDatabase } from '@/server/data/web-database';
import { waysIn } from '@/server/inbound/ways-in';
import { channelVersion } from '@/server/services/change-channel';
import { channelTitle } from '../../../page-subjects';
import { PageTop } from '../../../page-top';
import { requestTime } from '../../../request-time';

interface Props {
  params: Promise<{ channelId: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: await channelTitle((await params).channelId) };
}

/** A channel: what it tells of, where its messages go, what arrived and what became of it. */
export default async function ChannelPage({ params }: Props) {
  const session = await requireSession('view-agents');
  const channelId = z.uuid().safeParse((await params).channelId).data;
  const now = requestTime();
  if (!channelId) notFound();
  const { scope, role } = session;
  const screen = await readChannel(webDatabase(), scope, channelId, now);
  if (!screen) notFound();
  const { channel } = screen;
  const mayChange = may(role, 'manage-channels', scope.clientIds) && channel.state !== 'closed';
  const { mark, choices } = await webDatabase().inScope(scope, async (tx) => ({
    mark: await changeMark(tx, scope.mspId, channel.clientId),
    choices: mayChange ? await listChannelChoices(tx, scope.mspId, channel.clientId) : null,
  }));
  return (
    <>
      <PageTop
        session={session}
        clientId={channel.clientId}
        crumbs={[{ name: 'Channels', href: '/agents/channels' }, { name: channel.name }]}
      />
      <LiveRefresh clientId={channel.clientId} mark={mark} at={now.getTime()} timeZone={channel.timeZone} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div>
            <h1 className="[overflow-wrap:anywhere]">{channel.name}</h1>
            <p className="text-13 mt-1">
              <ChannelStateMark
                state={channel.state}
                isPaused={channel.pausedAt !== null}
                pullFailures={channel.pullFailures}
              />
            </p>
          </div>
          {choices && <Actions screen={screen} choices={choices} />}
        </div>
        <Particulars screen={screen} isShowingAddress={mayChange} now={now.getTime()} />
        <Pulls screen={screen} mayChange={mayChange} now={now.getTime()} />
        <Messages screen={screen} now={now.getTime()} />
        {mayChange && <Lines screen={screen} />}
      </main>
    </>
  );
}

function Actions({
  screen: { channel, settings },
  choices,
}: {
  screen: ChannelScreen;
  choices: ChannelChoices;
}) {
  const { channelId, name, kind } = channel;
  const address = `/api/v1/channels/${channelId}`;
  return (
    <div className="flex flex-wrap gap-1.5">
      <ChangeChannelDialog
        address={address}
        kind={kind}
        version={channelVersion(settings)}
        said={settings}
        choices={choices}
      />
      {settings.check && <PauseButton address={address} name={name} isPaused={channel.pausedAt !== null} />}
      <ConfirmDialog
        title={`Close ${name}?`}
        description={`${kind === 'pull' ? 'The server is asked no more, for good, and what Holdfast signed in with is forgotten.' : 'What comes to its address is refused from now on, for good.'} What it told stays; the system falls silent unless something else tells of it. To have it tell again, connect it anew.`}
        label="Close channel"
        confirm={`Close ${name}`}
        method="DELETE"
        address={address}
        done={`${name} is closed: nothing comes by it any more.`}
      />
    </div>
  );
}

function PauseButton({ address, name, isPaused }: { address: string; name: string; isPaused: boolean }) {
  return isPaused ? (
    <SendButton
      kind="plain"
      method="DELETE"
      address={`${address}/pause`}
      label={`Let ${name} go on`}
      done={`${name} goes on: it is expected from its next ping on.`}
    >
      Go on
    </SendButton>
  ) : (
    <SendButton
      kind="plain"
      method="PUT"
      address={`${address}/pause`}
      label={`Pause ${name}`}
      done={`${name} is paused: it is not late by its own schedule. The silence that the policy allows still ends.`}
      undo="DELETE"
    >
      Pause
    </SendButton>
  );
}

function Particulars({
  screen: { channel, known, settings, connector },
  isShowingAddress,
  now,
}: {
  screen: ChannelScreen;
  /** Its address is a secret, for those who may change it. */
  isShowingAddress: boolean;
  now: number;
}) {
  const { timeZone } = channel;
  const moment = (at: Date): ReactNode => <Moment at={at.getTime()} timeZone={timeZone} now={now} />;
  const rows: readonly (readonly [string, ReactNode])[] = [
    [
      'Client',
      <TextLink key="client" href={`/clients/${channel.clientId}`}>
        {channel.clientName}
      </TextLink>,
    ],
    ['Way', WAY_WORD[channel.kind]],
    ...(isShowingAddress && channel.kind !== 'pull'
      ? [
          [
            'Address',
            <Address key="address" full={fullAddress(channel.kind, known.address, waysIn(config()))} />,
          ] as const,
        ]
      : []),
    ...(connector ? connectorRows(connector, moment) : []),
    ['System', `${channel.hostname}${channel.kind === 'ping' ? '' : ', unless a message names another'}`],
    ...(channel.kind === 'ping'
      ? []
      : [['Product', productName(channel.product) ?? 'whatever comes'] as const]),
    ['Repository', <RepositoryText key="repository" known={known} />],
    ...(known.jobId ? [['Also told of by', known.jobName] as const] : []),
    ...(settings.check ? [['Expected', expectedText(settings.check)] as const] : []),
    [
      'Last heard',
      <span key="heard">
        {channel.lastHeardAt ? moment(channel.lastHeardAt) : 'never'}
        {channel.silentAt && channel.state === 'reporting' && (
          <span className="text-ink-3"> · silent from {moment(channel.silentAt)} on if nothing comes</span>
        )}
      </span>,
    ],
    ['Messages', countText(channel.messageCount)],
    [
      'Opened',
      <span key="opened">
        {moment(known.createdAt)} by {known.createdByName ?? 'a ping with the client’s key'}
      </span>,
    ],
    ...(channel.closedAt ? [['Closed', moment(channel.closedAt)] as const] : []),
  ];
  return (
    <dl className="text-13 mt-4 grid grid-cols-[160px_minmax(0,1fr)] max-sm:grid-cols-1">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-3 border-line border-t py-1.5 max-sm:pb-0">{name}</dt>
          <dd className="border-line border-t py-1.5 [overflow-wrap:anywhere] max-sm:border-0 max-sm:pt-0">
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Where its job writes to, and what rests on that. */
function RepositoryText({ known: { repositoryId, repositoryName, jobId } }: Pick<ChannelScreen, 'known'>) {
  if (jobId !== null && repositoryId === null) return 'that of the job it is joined to, whose agent lists it';
  if (repositoryId === null) return 'nobody said: it tells of runs, and no copy rests on it';
  return (
    <>
      <TextLink href={`/repositories/${repositoryId}`} className="underline">
        {repositoryName}
      </TextLink>
      <span className="text-ink-3">: a success claims a copy there, which nobody has seen</span>
    </>
  );
}

function connectorRows(
  { baseUrl, fingerprint, intervalMinutes, nextPullAt, pausedAt, succeededAt }: PullConnector,
  moment: (at: Date) => ReactNode,
): readonly (readonly [string, ReactNode])[] {
  return [
    ['Server', shownAddress(baseUrl)],
    [
      'Certificate',
      fingerprint === null ? (
        'of a public authority'
      ) : (
        <span key="certificate">
          this one alone: <span className="font-mono text-xs">{fingerprint}</span>
        </span>
      ),
    ],
    [
      'Asked',
      <span key="asked">
        every {durationText(intervalMinutes * 60_000)}
        {pausedAt ? (
          <> · paused since {moment(pausedAt)}</>
        ) : (
          nextPullAt && <span className="text-ink-3"> · next {moment(nextPullAt)}</span>
        )}
      </span>,
    ],
    ['Last went well', succeededAt ? moment(succeededAt) : 'never'],
  ];
}

function Pulls({
  screen: { channel, connector },
  mayChange,
  now,
}: {
  screen: ChannelScreen;
  mayChange: boolean;
  now: number;
}) {
  if (!connector) return null;
  const { channelId, name, timeZone } = channel;
  const { recent, pausedAt, version, kind, baseUrl, settings, intervalMinutes, fingerprint } = connector;
  const address = `/api/v1/channels/${channelId}`;
  const isPaused = pausedAt !== null;
  return (
    <Section id="pulls" title="Pulls" aside={recent.length > 0 ? 'the last ten at most' : undefined}>
      {mayChange && (
        <div className="mb-3 flex flex-wrap items-start gap-1.5">
          {!isPaused && (
            <SendButton
              method="POST"
              address={`${address}/pulls`}
              label={`Pull ${name} now`}
              done="It pulls within seconds."
              kind="plain"
              className="h-8 px-3"
            >
              Pull now
            </SendButton>
          )}
          <SendButton
            method="PATCH"
            address={`${address}/pull-connector`}
            body={{ version, isPaused: !isPaused }}
            label={isPaused ? `Have ${name} pull again` : `Pause the pulls of ${name}`}
            done={
              isPaused
                ? `${name} pulls again.`
                : `${name} is paused: it falls silent, and what it tells of is unknown then.`
            }
            kind="plain"
            className="h-8 px-3"
          >
            {isPaused ? 'Go on' : 'Pause'}
          </SendButton>
          <ChangePullDialog
            address={`${address}/pull-connector`}
            name={name}
            kind={kind}
            version={version}
            said={{ baseUrl, settings, intervalMinutes }}
            fingerprint={fingerprint}
          />
          <TestConnector channelId={channelId} version={version} />
        </div>
      )}
      {recent.length === 0 ? (
        <p className="text-13 text-ink-3">None yet. The first one reads the last seven days.</p>
      ) : (
        <PullTable pulls={recent} timeZone={timeZone} now={now} />
      )}
    </Section>
  );
}

function Address({ full }: { full: string }) {
  return (
    <span className="flex flex-wrap items-center gap-2">
      <code className="text-xs [overflow-wrap:anywhere]">{full}</code>
      <CopyButton text={full} label="Copy" of="the address" />
    </span>
  );
}

function expectedText({
  schedule,
  timeZone,
  timeoutSeconds,
  graceSeconds,
  isPostOnly,
  isResumedByHand,
  filters,
}: NonNullable<ChannelScreen['settings']['check']>): string {
  const when =
    schedule === null ? `every ${durationText(timeoutSeconds * 1000)}` : `by ${schedule} (${timeZone})`;
  const listens = [
    isPostOnly && 'by POST only',
    filters.isOn && 'by words in the body',
    isResumedByHand && 'after a pause only by hand',
  ].filter(Boolean);
  const how = listens.length > 0 ? `; it listens ${listens.join(', ')}` : '';
  return `${when}, at most ${durationText(graceSeconds * 1000)} late${how}`;
}

function Messages({ screen: { channel, messages }, now }: { screen: ChannelScreen; now: number }) {
  const isCut = channel.messageCount > MESSAGES_SHOWN;
  return (
    <Section
      id="messages"
      title="What arrived"
      aside={isCut ? `the newest ${MESSAGES_SHOWN} of ${countText(channel.messageCount)}` : undefined}
    >
      {messages.length === 0 ? (
        <p className="text-13 text-ink-3">
          Nothing yet. The first message appears here with what it was read as, or with why it was put aside.
        </p>
      ) : (
        <MessageTable messages={messages} timeZone={channel.timeZone} now={now} />
      )}
    </Section>
  );
}

function Lines({ screen: { channel, known } }: { screen: ChannelScreen }) {
  if (channel.kind === 'pull') return null;
  const productKey = channel.product === null ? null : (productRead(channel.product)?.key ?? null);
  return (
    <Section
      id="lines"
      title="Lines to paste"
      aside="with its address, a secret: who knows it can say that backups ran, and nothing else"
    >
      <LineList lines={connectLines(channel.kind, known.address, productKey, waysIn(config()))} />
    </Section>
  );
}
