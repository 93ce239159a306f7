import type { Metadata } from 'next';
import { counted } from '@/components/format/amounts';
import { wordsIn } from '@/components/format/words';
import { LiveRefresh } from '@/components/shell/live-refresh';
import { CompanyTable } from '@/components/tickets/company-table';
import { StuckTable } from '@/components/tickets/stuck-table';
import { SystemDialog } from '@/components/tickets/system-dialog';
import { type SystemRow, SystemTable } from '@/components/tickets/system-table';
import { Chip } from '@/components/ui/chip';
import { Empty } from '@/components/ui/empty';
import { FilterField } from '@/components/ui/filter-field';
import { Section } from '@/components/ui/section';
import { TextLink } from '@/components/ui/text-link';
import { causeTitle } from '@/domain/findings/cause-title';
import { isTicketKind, type TicketSettings } from '@/domain/tickets/ticket-settings';
import { requireSession } from '@/server/auth/require-scope';
import { changeMark } from '@/server/data/change-mark';
import { findMsp } from '@/server/data/clients';
import type { Tx } from '@/server/data/database';
import { listChannels, listNotificationRules } from '@/server/data/notification-rules';
import { type ClientCompany, countMissingCompanies, listCompanies } from '@/server/data/ticket-companies';
import { listStuckTickets } from '@/server/data/tickets';
import { webDatabase } from '@/server/data/web-database';
import { shownTicketSettings } from '@/server/services/change-ticket-systems';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';
import { readTicketsAddress, type TicketsAddress, ticketsHref } from './tickets-address';

export const metadata: Metadata = { title: 'Tickets' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Where tickets are kept, who each client is there, and which tickets are held up. */
export default async function TicketsPage({ searchParams }: Props) {
  const session = await requireSession('manage-notifications');
  const { scope } = session;
  const address = readTicketsAddress(await searchParams);
  const now = requestTime();
  const screen = await webDatabase().inScope(scope, (tx) => readScreen(tx, scope.mspId, address));
  const { msp, mark, systems, settings, stuck, shown, companies } = screen;
  const renderEditor = ({ channelId, name, kind }: SystemRow) => (
    <SystemDialog system={{ channelId, name, kind, settings: settings.get(channelId) ?? null }} />
  );
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Tickets' }]} />
      <LiveRefresh clientId={null} mark={mark} at={now.getTime()} timeZone={msp.timeZone} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <div>
            <h1>Tickets</h1>
            {systems.length > 0 && <p className="text-13 text-ink-2">{sentenceOf(screen)}</p>}
          </div>
          {systems.length > 0 && <SystemDialog system={null} />}
        </div>
        {systems.length === 0 && <Beginning />}
        {stuck.length > 0 && (
          <Section id="stuck" title="Held up">
            <StuckTable
              tickets={stuck.map((ticket) => ({
                ...ticket,
                title: causeTitle(ticket, wordsIn(ticket.timeZone, now.getTime())),
              }))}
            />
          </Section>
        )}
        {systems.length > 0 && (
          <Section id="systems" title="Ticket systems">
            <SystemTable
              systems={systems}
              editorFor={renderEditor}
              hrefOf={(channelId) =>
                ticketsHref(address, { systemId: channelId, search: '', isMissing: true })
              }
            />
          </Section>
        )}
        {shown !== null && (
          <Section
            id="companies"
            title={`Companies in ${shown.name}`}
            aside={
              shown.missingCount === 0
                ? 'every client has one'
                : `${counted(shown.missingCount, 'client')} without one: their tickets wait for it`
            }
          >
            <Filters address={address} systems={systems} shown={shown} />
            <Companies address={address} companies={companies} channelId={shown.channelId} />
          </Section>
        )}
      </main>
    </>
  );
}

async function readScreen(tx: Tx, mspId: string, address: TicketsAddress) {
  const mark = await changeMark(tx, mspId, null);
  const rules = await listNotificationRules(tx, mspId);
  const missing = await countMissingCompanies(tx, mspId);
  const systems = (await listChannels(tx, mspId)).flatMap(({ kind, ...channel }): SystemRow[] =>
    isTicketKind(kind)
      ? [
          {
            ...channel,
            kind,
            missingCount: missing.get(channel.channelId) ?? 0,
            usedBy: rules
              .filter((rule) => [rule.channelId, rule.escalationChannelId].includes(channel.channelId))
              .map(({ name }) => name),
          },
        ]
      : [],
  );
  const settings = new Map<string, TicketSettings | null>();
  for (const { channelId } of systems)
    settings.set(channelId, await shownTicketSettings(tx, mspId, channelId));
  const mapped = systems.filter(({ needsCompany }) => needsCompany);
  const shown = mapped.find(({ channelId }) => channelId === address.systemId) ?? mapped[0] ?? null;
  return {
    mark,
    msp: await findMsp(tx, mspId),
    systems,
    settings,
    stuck: await listStuckTickets(tx, mspId),
    shown,
    companies: shown === null ? [] : await listCompanies(tx, mspId, shown.channelId, address),
  };
}

type Screen = Awaited<ReturnType<typeof readScreen>>;

function sentenceOf({ stuck, systems }: Screen): string {
  const held = stuck.filter(({ state }) => state !== 'waiting').length;
  const missing = systems.reduce((sum, { missingCount }) => sum + missingCount, 0);
  if (held > 0) return `${counted(held, 'ticket')} ${held === 1 ? 'needs' : 'need'} somebody.`;
  if (missing > 0) return 'No ticket is held up, but tickets of clients without a company would be.';
  return 'Every cause that wants a ticket has one.';
}

function Filters({
  address,
  systems,
  shown,
}: {
  address: TicketsAddress;
  systems: readonly SystemRow[];
  shown: SystemRow;
}) {
  const mapped = systems.filter(({ needsCompany }) => needsCompany);
  return (
    <div className="mb-2 flex flex-wrap items-center gap-1.5">
      <FilterField label="Filter clients" />
      <Chip href={ticketsHref(address, { isMissing: false })} isOn={!address.isMissing}>
        All
      </Chip>
      <Chip
        href={ticketsHref(address, { isMissing: true })}
        isOn={address.isMissing}
        count={shown.missingCount}
      >
        Missing or wrong
      </Chip>
      {mapped.length > 1 && (
        <nav aria-label="Ticket systems" className="flex max-w-full min-w-0 flex-wrap gap-1.5 md:ml-auto">
          {mapped.map(({ channelId, name }) => (
            <Chip
              key={channelId}
              href={ticketsHref(address, { systemId: channelId })}
              isOn={channelId === shown.channelId}
            >
              {name}
            </Chip>
          ))}
        </nav>
      )}
    </div>
  );
}

function Companies({
  address,
  companies,
  channelId,
}: {
  address: TicketsAddress;
  companies: readonly ClientCompany[];
  channelId: string;
}) {
  if (companies.length > 0) return <CompanyTable channelId={channelId} companies={companies} />;
  if (address.search === '' && address.isMissing)
    return <Empty title="Nothing is missing: every client has a company there." />;
  if (address.search === '')
    return <Empty title="No client yet.">Each client that you add needs its company here.</Empty>;
  return (
    <Empty title="No client fits this filter.">
      <TextLink href={ticketsHref(address, { search: '', isMissing: false })}>Take the filters away</TextLink>
    </Empty>
  );
}

/** What there is to do first. */
function Beginning() {
  return (
    <div className="mt-6 flex flex-col items-start gap-3">
      <Empty title="Holdfast keeps no tickets yet">
        <p>
          Add the ticket system that your team works in. Send a test to see its real answer, and say which of
          its companies each client is. Then open a ticket from the queue with the key t, or let a rule under
          Notifications do it: one ticket for each cause, told when it changes, closed when it is over.
        </p>
      </Empty>
      <SystemDialog system={null} look="primary" />
    </div>
  );
}
