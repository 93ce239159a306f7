import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { AgentStateMark, skewText } from '@/components/backup/agent-table';
import { ReportLink } from '@/components/backup/report-link';
import { counted, countText } from '@/components/format/amounts';
import { ConfirmDialog } from '@/components/forms/confirm-dialog';
import { RotateKeyDialog } from '@/components/forms/rotate-key-dialog';
import { LiveRefresh } from '@/components/shell/live-refresh';
import { Moment } from '@/components/ui/moment';
import { Section } from '@/components/ui/section';
import { Table, Td, Th, Tr } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { may } from '@/domain/access/permissions';
import { durationText } from '@/domain/protection/sentence';
import { requireSession } from '@/server/auth/require-scope';
import type { CurrentSession } from '@/server/auth/current-session';
import { type AgentScreen, readAgent } from '@/server/data/agent-screens';
import { changeMark } from '@/server/data/change-mark';
import { webDatabase } from '@/server/data/web-database';
import { agentTitle } from '../../page-subjects';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';

interface Props {
  params: Promise<{ agentId: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: await agentTitle((await params).agentId) };
}

/** An agent: whether it is heard, what of its reports is missing, and what can be done with its key. */
export default async function AgentPage({ params }: Props) {
  const session = await requireSession('view-agents');
  const agentId = z.uuid().safeParse((await params).agentId).data;
  const now = requestTime();
  if (!agentId) notFound();
  const { scope } = session;
  const mark = await webDatabase().inScope(scope, (tx) => changeMark(tx, scope.mspId, null));
  const screen = await readAgent(webDatabase(), scope, agentId, now);
  if (!screen) notFound();
  const { agent } = screen;
  return (
    <>
      <PageTop
        session={session}
        clientId={agent.clientId}
        crumbs={[{ name: 'Agents', href: '/agents' }, { name: agent.hostname }]}
      />
      <LiveRefresh clientId={null} mark={mark} at={now.getTime()} timeZone={agent.timeZone} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div>
            <h1 className="[overflow-wrap:anywhere]">{agent.hostname}</h1>
            <p className="text-13 mt-1">
              <AgentStateMark state={agent.state} missingReports={agent.missingReports} />
            </p>
          </div>
          {agent.state !== 'revoked' && <Actions session={session} screen={screen} />}
        </div>
        <Particulars screen={screen} now={now.getTime()} />
        <Missing screen={screen} now={now.getTime()} />
      </main>
    </>
  );
}

function Actions({
  session: { role, scope },
  screen: { agent },
}: {
  session: CurrentSession;
  screen: AgentScreen;
}) {
  const { agentId, hostname } = agent;
  return (
    <div className="flex flex-wrap gap-1.5">
      {may(role, 'mint-enrolment-token', scope.clientIds) && (
        <RotateKeyDialog agentId={agentId} hostname={hostname} />
      )}
      {may(role, 'revoke-agent', scope.clientIds) && (
        <ConfirmDialog
          title={`Revoke ${hostname}?`}
          description="Its reports are refused from now on, for good. What it reported stays; its systems fall silent by their policy. To let the machine report again, connect it anew."
          label="Revoke"
          confirm={`Revoke ${hostname}`}
          method="PUT"
          address={`/api/v1/agents/${agentId}/revocation`}
          done={`${hostname} is revoked: its reports are refused.`}
        />
      )}
    </div>
  );
}

function Particulars({ screen: { agent, silenceSeconds }, now }: { screen: AgentScreen; now: number }) {
  const moment = (at: Date): ReactNode => <Moment at={at.getTime()} timeZone={agent.timeZone} now={now} />;
  const skew = skewText(agent.clockSkewMs);
  const rows: readonly (readonly [string, ReactNode])[] = [
    [
      'Client',
      agent.clientId ? (
        <TextLink key="client" href={`/clients/${agent.clientId}`}>
          {agent.clientName}
        </TextLink>
      ) : (
        'the machines of your own'
      ),
    ],
    ['Shown as', agent.name],
    ['Operating system', agent.os ?? 'nobody said'],
    ['Version', agent.version],
    [
      'Last heard',
      <span key="heard">
        {agent.lastSeenAt ? moment(agent.lastSeenAt) : 'never'}
        <span className="text-ink-3"> · silent after {durationText(silenceSeconds * 1000)}</span>
      </span>,
    ],
    ['Clock', skew ? `${skew} when it last delivered` : 'nothing was delivered yet'],
    ['Enrolled', moment(agent.enrolledAt)],
    ['Key', agent.keyChangedAt ? <>changed {moment(agent.keyChangedAt)}</> : 'the one it enrolled with'],
    ...(agent.revokedAt ? [['Revoked', moment(agent.revokedAt)] as const] : []),
    [
      'Newest report',
      agent.newestReportId ? <ReportLink key="newest" rawReportId={agent.newestReportId} /> : 'none',
    ],
  ];
  return (
    <dl className="text-13 mt-4 grid grid-cols-[160px_minmax(0,1fr)] max-sm:grid-cols-1">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-3 border-line border-t py-1.5 max-sm:pb-0">{name}</dt>
          <dd className="border-line border-t py-1.5 max-sm:border-0 max-sm:pt-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const MISSING_HEAD = (
  <>
    <Th>Numbers</Th>
    <Th>Missed since</Th>
    <Th>Stream</Th>
  </>
);

function Missing({ screen: { agent, missing }, now }: { screen: AgentScreen; now: number }) {
  return (
    <Section
      id="missing"
      title="Reports that never arrived"
      aside={missing.length > 0 ? counted(agent.missingReports, 'report') : undefined}
    >
      {missing.length === 0 ? (
        <p className="text-13 text-ink-3">None: every number up to the newest is here.</p>
      ) : (
        <>
          <Table head={MISSING_HEAD}>
            {missing.map((gap) => (
              <Tr key={`${gap.epoch} ${gap.from}`}>
                <Td at="first" className="tabular-nums">
                  {countText(gap.from)}
                  {gap.to > gap.from && ` to ${countText(gap.to)}`}
                </Td>
                <Td at="first-right">
                  {gap.noticedAt ? (
                    <Moment at={gap.noticedAt.getTime()} timeZone={agent.timeZone} now={now} />
                  ) : (
                    '–'
                  )}
                </Td>
                <Td at="second">
                  <code className="text-ink-3 text-xs">{gap.epoch}</code>
                </Td>
              </Tr>
            ))}
          </Table>
          <p className="text-ink-3 mt-2 text-xs">
            They may still wait in the machine’s spool. If they are lost, <code>status</code> on the machine
            says why; what they told is told again by the next listing, the runs in them are not.
          </p>
        </>
      )}
    </Section>
  );
}
