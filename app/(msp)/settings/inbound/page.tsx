import type { Metadata } from 'next';
import { type ShownWay, WayList } from '@/components/inbound/way-list';
import { TextLink } from '@/components/ui/text-link';
import { requireSession } from '@/server/auth/require-scope';
import { type Config, config } from '@/server/config';
import { findMsp } from '@/server/data/clients';
import { type HeardWay, listHeardWays } from '@/server/data/heard-ways';
import { webDatabase } from '@/server/data/web-database';
import { waysIn } from '@/server/inbound/ways-in';
import { AgentsTabs } from '../../agents/agents-tabs';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';

export const metadata: Metadata = { title: 'Inbound addresses' };

/** Where messages come in, whether each way is on, when the last one came by it, and a test of each. */
export default async function InboundPage() {
  const session = await requireSession('manage-channels');
  const { scope } = session;
  const { msp, heard } = await webDatabase().inScope(scope, async (tx) => ({
    msp: await findMsp(tx, scope.mspId),
    heard: await listHeardWays(tx, scope.mspId),
  }));
  return (
    <>
      <PageTop
        session={session}
        clientId={null}
        crumbs={[{ name: 'Agents', href: '/agents' }, { name: 'Inbound addresses' }]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <h1>Inbound addresses</h1>
        <AgentsTabs here="inbound" mayManage />
        <p className="text-13 text-ink-2 mt-3 mb-4 max-w-[80ch]">
          Where messages come in. A test asks the public address from the server, through its name,
          certificate and proxy, for an address that nobody has: nothing is kept, and no backup looks heard by
          it. The secret addresses themselves are with each{' '}
          <TextLink href="/agents/channels" className="underline">
            channel
          </TextLink>
          .
        </p>
        <WayList ways={shownWays(config(), heard)} timeZone={msp.timeZone} now={requestTime().getTime()} />
      </main>
    </>
  );
}

function shownWays(settings: Config, heard: readonly HeardWay[]): ShownWay[] {
  const { ingestOrigin, mailDomain } = waysIn(settings);
  const of = (channel: HeardWay['channel'], ...nouns: [string, string]) => {
    const found = heard.find((one) => one.channel === channel);
    return { use: { count: found?.openCount ?? 0, nouns }, lastHeardAt: found?.lastHeardAt ?? null };
  };
  return [
    {
      key: 'agents',
      name: 'Agents',
      address: ingestOrigin,
      isOn: true,
      note: 'Agents deliver their signed reports here, and fetch what they are asked for. It is given to each when it enrols.',
      ...of('agent', 'agent', 'agents'),
      test: 'agent',
    },
    {
      key: 'pings',
      name: 'Pings',
      address: `${ingestOrigin}/ping/…`,
      isOn: true,
      note: 'Each check has a secret address behind it. To try one of yours, paste its line from its channel’s page: a ping with /log behind its address starts and ends no run, but counts as heard.',
      ...of('ping', 'check', 'checks'),
      test: 'ping',
    },
    {
      key: 'webhooks',
      name: 'Webhooks',
      address: `${ingestOrigin}/hook/…`,
      isOn: true,
      note: 'Each channel has a secret address behind it. Many products send a test of their own.',
      ...of('webhook', 'channel', 'channels'),
      test: 'webhook',
    },
    {
      key: 'mail',
      name: 'Mails',
      address: `…@${mailDomain}`,
      isOn: settings.smtpPort !== null,
      note: mailNote(settings, mailDomain),
      ...of('mail', 'channel', 'channels'),
      test: null,
    },
    {
      key: 'mail-http',
      name: 'Mails over HTTP',
      address: `${ingestOrigin}/mail/…`,
      isOn: true,
      note: 'For mail servers that run a command for each mail.',
      use: null,
      lastHeardAt: null,
      test: 'mail',
    },
    {
      key: 'pulls',
      name: 'Pulls',
      address: 'none: Holdfast asks',
      isOn: true,
      note: 'Each connector is tested on its own page.',
      ...of('pull', 'connector', 'connectors'),
      test: null,
    },
    {
      key: 'management',
      name: 'Management of checks',
      address: `${ingestOrigin}/api/v3`,
      isOn: true,
      note: (
        <>
          Programs make and change checks here with a{' '}
          <TextLink href="/agents/channels/keys" className="underline">
            key
          </TextLink>
          , as they know it from Healthchecks.
        </>
      ),
      use: null,
      lastHeardAt: null,
      test: null,
    },
    {
      key: 'api',
      name: 'API',
      address: `${settings.appOrigin}/api/v1`,
      isOn: true,
      note: (
        <>
          Everything else, with a{' '}
          <TextLink href="/settings/api-keys" className="underline">
            key of a person
          </TextLink>
          .
        </>
      ),
      use: null,
      lastHeardAt: null,
      test: null,
    },
  ];
}

function mailNote({ smtpPort }: Config, mailDomain: string): string {
  if (smtpPort === null)
    return 'Holdfast takes no mail by SMTP: whoever runs it sets HOLDFAST_SMTP_PORT, and HOLDFAST_MAIL_DOMAIN for what stands behind the @. Until then mails come over HTTP.';
  return `The MX of ${mailDomain} leads to your mail server, which passes its mails on to port ${smtpPort} here. To try it, send any mail from outside to a channel’s address: it appears on the channel’s page within seconds, and in the inbox where nothing reads it.`;
}
