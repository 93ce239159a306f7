import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { notFound } from 'next/navigation';
import { AgentLine } from '@/components/channels/agent-line';
import { ArrivalPanel } from '@/components/channels/arrival-panel';
import { WAY_WORD } from '@/components/channels/channel-words';
import { LineList } from '@/components/channels/line-list';
import { PullForm } from '@/components/pull/pull-form';
import { OpenChannelForm } from '@/components/channels/open-channel-form';
import { ProductList } from '@/components/channels/product-list';
import { WayTable } from '@/components/channels/way-table';
import { AddressSelect } from '@/components/ui/address-select';
import { Empty } from '@/components/ui/empty';
import { TextLink } from '@/components/ui/text-link';
import { may } from '@/domain/access/permissions';
import { pullKindOf } from '@/domain/pull/pull-settings';
import { connectLines, type WaysIn } from '@/domain/connect/lines';
import {
  CONNECT_PRODUCTS,
  type ConnectProduct,
  type ConnectWay,
  productRead,
  proofSentence,
} from '@/domain/connect/products';
import type { CurrentSession } from '@/server/auth/current-session';
import { requireSession } from '@/server/auth/require-scope';
import { config } from '@/server/config';
import { listChannelChoices } from '@/server/data/channel-choices';
import { type Client, findClient, listClientNames } from '@/server/data/clients';
import { findChannel, type InboundChannel } from '@/server/data/inbound-channels';
import { webDatabase } from '@/server/data/web-database';
import { waysIn } from '@/server/inbound/ways-in';
import type { GivenParameters } from '../list-address';
import { PageTop } from '../page-top';
import { connectHref, type ConnectView, readConnectAddress } from './connect-address';

export const metadata: Metadata = { title: 'Connect a backup' };

interface Props {
  searchParams: Promise<GivenParameters>;
}

/** The way from a product to its first message: whose, what makes the backup, by which way, the line, what arrived. */
export default async function ConnectPage({ searchParams }: Props) {
  const session = await requireSession('manage-channels');
  const view = readConnectAddress(await searchParams);
  const { scope } = session;
  const found = await webDatabase().inScope(scope, async (tx) => {
    const channel = view.channelId ? await findChannel(tx, scope.mspId, view.channelId) : null;
    const clientId = channel?.clientId ?? view.clientId;
    return {
      channel,
      client: clientId ? await findClient(tx, scope.mspId, clientId) : null,
      clients: await listClientNames(tx, scope.mspId),
    };
  });
  if (view.channelId && !found.channel) notFound();
  return (
    <>
      <PageTop
        session={session}
        clientId={found.client?.clientId ?? null}
        crumbs={[{ name: 'Agents', href: '/agents' }, { name: 'Connect a backup' }]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <h1>Connect a backup</h1>
        <p className="text-13 text-ink-2">
          Pick the product, paste one line, watch the first message arrive.
        </p>
        <Steps session={session} view={view} {...found} />
      </main>
    </>
  );
}

interface Found {
  readonly channel: InboundChannel | null;
  readonly client: Client | null;
  readonly clients: readonly { clientId: string; name: string }[];
}

async function Steps({
  session,
  view,
  channel,
  client,
  clients,
}: Found & { session: CurrentSession; view: ConnectView }) {
  if (clients.length === 0)
    return (
      <div className="mt-4">
        <Empty title="There is no client yet.">
          <TextLink href="/" className="underline">
            Add a client
          </TextLink>{' '}
          first: a backup is connected for the client whose data it holds.
        </Empty>
      </div>
    );
  const chosen = channel ? chosenBefore(channel, view) : view;
  const clientId = client?.clientId ?? null;
  return (
    <div className="mt-4 grid grid-cols-[minmax(0,1fr)_minmax(320px,440px)] gap-x-8 gap-y-6 max-lg:grid-cols-1">
      <ol className="flex min-w-0 flex-col gap-6">
        <Step number={1} title="Whose backup is it?" isOpen={!client}>
          <ClientStep client={client} clients={clients} isOpened={channel !== null} />
        </Step>
        {clientId !== null && (
          <Step number={2} title="What makes the backup?" isOpen={!chosen.product}>
            <ProductStep clientId={clientId} product={chosen.product} isOpened={channel !== null} />
          </Step>
        )}
        {clientId !== null && chosen.product && (
          <Step number={3} title="By which way does it tell?" isOpen={!chosen.way}>
            <WayStep
              clientId={clientId}
              product={chosen.product}
              way={chosen.way}
              isOpened={channel !== null}
            />
          </Step>
        )}
        {client && chosen.product && chosen.way && (
          <Step number={4} title={lineTitle(chosen.way, channel)} isOpen>
            <LineStep
              session={session}
              client={client}
              product={chosen.product}
              way={chosen.way}
              channel={channel}
            />
          </Step>
        )}
      </ol>
      {channel && (
        <div className="min-w-0 max-lg:order-first">
          <ArrivalPanel
            channelId={channel.channelId}
            openedAt={channel.createdAt.toISOString()}
            kind={channel.kind}
            hostname={channel.hostname}
            hints={hintsFor(channel.kind, waysIn(config()))}
            nextHref={connectHref({ clientId: channel.clientId })}
            maySort={may(session.role, 'sort-inbox', session.scope.clientIds)}
          />
        </div>
      )}
    </div>
  );
}

/** The product and way of a channel that is there: as the address says, where that fits. */
function chosenBefore(
  { kind, product: reads }: InboundChannel,
  { product }: ConnectView,
): Pick<ConnectView, 'product' | 'way'> {
  const candidates = [product, reads === null ? null : productRead(reads), CONNECT_PRODUCTS.at(-1)];
  for (const one of candidates) {
    const way = one?.ways.find((each) => each.kind === kind);
    if (one && way) return { product: one, way };
  }
  return { product: null, way: null };
}

function Step({
  number,
  title,
  isOpen,
  children,
}: {
  number: number;
  title: string;
  isOpen: boolean;
  children: ReactNode;
}) {
  return (
    <li className="grid grid-cols-[28px_minmax(0,1fr)] gap-x-2">
      <span
        aria-hidden="true"
        className={
          isOpen
            ? 'bg-ink text-bg inline-grid size-[22px] place-items-center rounded-full text-xs font-semibold'
            : 'border-edge inline-grid size-[22px] place-items-center rounded-full border text-xs font-semibold'
        }
      >
        {number}
      </span>
      <section aria-label={title}>
        <h2 className="mb-2 text-sm font-semibold">{title}</h2>
        {children}
      </section>
    </li>
  );
}

/** What was chosen, and the way back to choose otherwise. */
function Chosen({ href, label, children }: { href: string | null; label: string; children: ReactNode }) {
  return (
    <p className="text-13">
      {children}{' '}
      {href !== null && (
        <TextLink href={href} className="underline" aria-label={label}>
          Change
        </TextLink>
      )}
    </p>
  );
}

function ClientStep({
  client,
  clients,
  isOpened,
}: Pick<Found, 'client' | 'clients'> & { isOpened: boolean }) {
  if (client)
    return (
      <Chosen href={isOpened ? null : '/connect'} label="Choose another client">
        <b className="font-semibold">{client.name}</b>, all times {client.timeZone}
      </Chosen>
    );
  return (
    <AddressSelect
      label="Client"
      any="Choose a client"
      name="client"
      choices={clients.map(({ clientId, name }) => ({ value: clientId, name }))}
    />
  );
}

function ProductStep({
  clientId,
  product,
  isOpened,
}: {
  clientId: string;
  product: ConnectProduct | null;
  isOpened: boolean;
}) {
  if (product)
    return (
      <Chosen href={isOpened ? null : connectHref({ clientId })} label="Choose another product">
        <b className="font-semibold">{product.name}</b>
      </Chosen>
    );
  return (
    <ProductList
      catchAllKey="script"
      products={CONNECT_PRODUCTS.map(({ key, name, also, ways }) => ({
        key,
        name,
        also,
        ways: ways.map(({ kind }) => WAY_WORD[kind]).join(', '),
        best: bestOf(ways),
        href: connectHref({ clientId, product: key }),
      }))}
    />
  );
}

function bestOf(ways: readonly ConnectWay[]): 'restore tests' | 'copies' | 'claims only' {
  if (ways.some(({ proof }) => proof.restoreTests)) return 'restore tests';
  return ways.some(({ proof }) => proof.copies === 'seen') ? 'copies' : 'claims only';
}

function WayStep({
  clientId,
  product,
  way,
  isOpened,
}: {
  clientId: string;
  product: ConnectProduct;
  way: ConnectWay | null;
  isOpened: boolean;
}) {
  if (isOpened && way)
    return (
      <p className="text-13">
        <b className="font-semibold">{WAY_WORD[way.kind]}</b>.{' '}
        <span className="text-ink-2">{proofSentence(way.proof)}</span>
      </p>
    );
  return (
    <WayTable
      ways={product.ways}
      chosen={way?.kind ?? null}
      hrefOf={(kind) => connectHref({ clientId, product: product.key, way: kind })}
    />
  );
}

function lineTitle(way: ConnectWay, channel: InboundChannel | null): string {
  if (channel?.closedAt) return 'This channel is closed';
  if (way.kind === 'pull') return channel ? 'It is connected' : 'Which server is asked?';
  if (way.kind === 'agent' || channel) return 'Paste this';
  return 'What does it tell of?';
}

async function LineStep({
  session: { scope },
  client: { clientId, timeZone },
  product,
  way,
  channel,
}: {
  session: CurrentSession;
  client: Client;
  product: ConnectProduct;
  way: ConnectWay;
  channel: InboundChannel | null;
}) {
  if (channel?.closedAt)
    return <p className="text-13 text-ink-2">Nothing comes by it any more. Connect the backup anew.</p>;
  if (way.kind === 'agent')
    return (
      <>
        <p className="text-13 text-ink-2 mb-3">{way.where}</p>
        <AgentLine clientId={clientId} />
        <p className="text-13 text-ink-2 mt-3">
          Then have it read the repositories by{' '}
          <code className="text-xs">node holdfast-agent.mjs report</code>, and put{' '}
          <code className="text-xs">node holdfast-agent.mjs run --job nightly --</code> in front of the backup
          command, so that it is told how each run ended.
        </p>
      </>
    );
  if (channel?.kind === 'pull')
    return (
      <p className="text-13 text-ink-2">
        Holdfast asks by itself; there is nothing to paste.{' '}
        <TextLink href={`/agents/channels/${channel.channelId}`} className="underline">
          The channel
        </TextLink>{' '}
        shows each pull, and when the next is due.
      </p>
    );
  if (channel)
    return (
      <>
        <p className="text-13 text-ink-2 mb-3 max-w-[80ch]">{way.where}</p>
        <LineList lines={connectLines(channel.kind, channel.address, product.key, waysIn(config()))} />
      </>
    );
  const choices = await webDatabase().inScope(scope, (tx) => listChannelChoices(tx, scope.mspId, clientId));
  const nextHref = connectHref({ clientId, product: product.key, way: way.kind });
  if (way.kind === 'pull')
    return (
      <>
        <p className="text-13 text-ink-2 mb-3 max-w-[80ch]">{way.where}</p>
        <PullForm
          clientId={clientId}
          kind={pullKindOf(way.reads)}
          capture={product.capture}
          name={product.key === 'script' ? '' : product.name}
          timeZone={timeZone}
          choices={choices}
          nextHref={nextHref}
        />
      </>
    );
  return (
    <OpenChannelForm
      clientId={clientId}
      kind={way.kind}
      reads={way.reads}
      capture={product.capture}
      name={product.key === 'script' ? '' : product.name}
      timeZone={timeZone}
      choices={choices}
      nextHref={nextHref}
    />
  );
}

function hintsFor(kind: InboundChannel['kind'], { ingestOrigin, mailDomain }: WaysIn): readonly string[] {
  switch (kind) {
    case 'ping':
      return [
        `The machine must reach ${ingestOrigin}.`,
        'Call the address by hand: it answers OK. 404 means that it was not copied whole.',
      ];
    case 'webhook':
      return [
        `The product must reach ${ingestOrigin}; some take no address without https.`,
        'Most products can send a test. A test is no backup: it is put aside, and shows that the way is open.',
      ];
    case 'pull':
      return [
        'The channel shows how each pull ended, and when the next is due.',
        'A server on which nothing ended in the last seven days has nothing to tell yet.',
      ];
    case 'mail':
      return [
        `The product’s mail server must deliver to ${mailDomain}; look at its log.`,
        'See that it mails successes too, not failures only.',
      ];
  }
}
