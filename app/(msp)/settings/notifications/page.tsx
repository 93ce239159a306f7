import type { Metadata } from 'next';
import { ChannelDialog } from '@/components/notifications/channel-dialog';
import { ChannelTable } from '@/components/notifications/channel-table';
import { NotificationTable } from '@/components/notifications/notification-table';
import { RuleDialog } from '@/components/notifications/rule-dialog';
import { type RuleRow, RuleTable } from '@/components/notifications/rule-table';
import { LiveRefresh } from '@/components/shell/live-refresh';
import { Empty } from '@/components/ui/empty';
import { Section } from '@/components/ui/section';
import { TextLink } from '@/components/ui/text-link';
import { isTicketKind } from '@/domain/tickets/ticket-settings';
import { requireSession } from '@/server/auth/require-scope';
import { changeMark } from '@/server/data/change-mark';
import { findMsp, listClientNames } from '@/server/data/clients';
import type { Tx } from '@/server/data/database';
import { listQueueRules } from '@/server/data/finding-queue';
import { listChannels, listNotificationRules } from '@/server/data/notification-rules';
import { listNotifications } from '@/server/data/notifications';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';

export const metadata: Metadata = { title: 'Notifications' };

const NOTIFICATIONS_SHOWN = 50;

/** Whom Holdfast tells what, and what became of what it told last. */
export default async function NotificationsPage() {
  const session = await requireSession('manage-notifications');
  const { scope } = session;
  const now = requestTime();
  const read = await webDatabase().inScope(scope, (tx) => readScreen(tx, scope.mspId));
  const { msp, mark, channels, rules, notifications, clients, findingRules } = read;
  const channelNames = new Map(channels.map(({ channelId, name }) => [channelId, name]));
  const choices = {
    channels: channels.map(({ channelId, name, kind }) => ({
      channelId,
      name: isTicketKind(kind) ? `${name} (opens tickets)` : name,
    })),
    clients,
    findingRules,
    timeZone: msp.timeZone,
  };
  const renderEditor = ({ ruleId, name, channelId, escalationChannelId, terms }: RuleRow) => (
    <RuleDialog rule={{ ruleId, name, channelId, escalationChannelId, terms }} {...choices} />
  );
  const hasChannels = channels.length > 0;
  const places = channels.filter(({ kind }) => !isTicketKind(kind));
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Notifications' }]} />
      <LiveRefresh clientId={null} mark={mark} at={now.getTime()} timeZone={msp.timeZone} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <h1>Notifications</h1>
          <div className="flex flex-wrap gap-2">
            {hasChannels && <ChannelDialog />}
            {hasChannels && <RuleDialog rule={null} {...choices} />}
          </div>
        </div>
        {!hasChannels && <Beginning />}
        {hasChannels && (
          <Section id="rules" title="Rules">
            {rules.length === 0 ? (
              <Empty title="Nobody is told anything yet">
                A rule says what is told, of which clients, when, and to which channel. It tells what happens
                from then on: one message for each cause, however many systems it concerns.
              </Empty>
            ) : (
              <RuleTable rules={rules} channelNames={channelNames} editorFor={renderEditor} />
            )}
          </Section>
        )}
        {hasChannels && (
          <Section
            id="channels"
            title="Channels"
            aside={<TextLink href="/settings/tickets">Ticket systems stand under Tickets</TextLink>}
          >
            {places.length === 0 && (
              <Empty title="No person is told yet">
                Rules can open tickets. Add a channel for what people should hear of themselves.
              </Empty>
            )}
            {places.length > 0 && (
              <ChannelTable
                channels={places.map((channel) => ({
                  ...channel,
                  usedBy: rules
                    .filter((rule) => [rule.channelId, rule.escalationChannelId].includes(channel.channelId))
                    .map(({ name }) => name),
                }))}
              />
            )}
          </Section>
        )}
        {notifications.length > 0 && (
          <Section
            id="told"
            title="Told last"
            aside={
              notifications.length === NOTIFICATIONS_SHOWN ? `the newest ${NOTIFICATIONS_SHOWN}` : undefined
            }
          >
            <NotificationTable notifications={notifications} timeZone={msp.timeZone} now={now.getTime()} />
          </Section>
        )}
      </main>
    </>
  );
}

async function readScreen(tx: Tx, mspId: string) {
  return {
    msp: await findMsp(tx, mspId),
    mark: await changeMark(tx, mspId, null),
    channels: await listChannels(tx, mspId),
    rules: await listNotificationRules(tx, mspId),
    notifications: await listNotifications(tx, mspId, { limit: NOTIFICATIONS_SHOWN }),
    clients: await listClientNames(tx, mspId),
    findingRules: await listQueueRules(tx, mspId),
  };
}

/** What there is to do first. */
function Beginning() {
  return (
    <div className="mt-6 flex flex-col items-start gap-3">
      <Empty title="Holdfast tells nobody yet">
        <p>
          First add a channel: an e-mail address, Slack, Microsoft Teams, or a signed webhook of your own.
          Send a test to see the real answer. Then a rule says what goes there: which severities and clients,
          when, quiet hours, and who is told if nobody acknowledges.
        </p>
      </Empty>
      <ChannelDialog kind="primary" />
    </div>
  );
}
